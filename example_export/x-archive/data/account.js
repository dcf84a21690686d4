window.YTD.account.part0 = [
 {
  "account": {
   "email": "robin@example.org",
   "createdVia": "web",
   "username": "robin_example",
   "accountId": "1500000000000000017",
   "createdAt": "2022-03-05T10:00:00.000Z",
   "accountDisplayName": "Robin Example"
  }
 }
]
