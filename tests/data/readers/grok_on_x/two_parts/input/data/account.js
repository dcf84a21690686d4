window.YTD.account.part0 = [
 {
  "account": {
   "email": "never@example.org"
  }
 }
]
