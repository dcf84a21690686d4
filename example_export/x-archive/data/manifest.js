window.__THAR_CONFIG = {
 "userInfo": {
  "accountId": "1500000000000000017",
  "userName": "robin_example",
  "displayName": "Robin Example"
 },
 "archiveInfo": {
  "sizeBytes": "18000",
  "generationDate": "2026-06-14T07:30:00.000Z",
  "isPartialArchive": false,
  "maxPartSizeBytes": "53687091200"
 },
 "dataTypes": {
  "account": {
   "files": [
    {
     "fileName": "data/account.js",
     "globalName": "YTD.account.part0",
     "count": "1"
    }
   ]
  },
  "grokChatItem": {
   "files": [
    {
     "fileName": "data/grok-chat-item.js",
     "globalName": "YTD.grok_chat_item.part0",
     "count": "12"
    }
   ]
  }
 }
}
