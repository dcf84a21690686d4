window.YTD.grok_chat_item.part1 = [
 {
  "grokChatItem": {
   "accountId": "9",
   "chatId": "188",
   "createdAt": "2025-10-23T13:11:00.000Z",
   "grokMode": {
    "value": "1",
    "name": "Normal",
    "originalName": "NORMAL",
    "annotations": {}
   },
   "sender": {
    "value": "1",
    "name": "User",
    "originalName": "USER",
    "annotations": {}
   },
   "message": "Same words",
   "postIds": [
    "1963",
    "1963",
    "1964"
   ],
   "attachments": [
    {
     "mediaId": "77",
     "fileName": "a.jpg",
     "mimeType": "image/jpeg",
     "url": "https://ton.x.com/grok-attachment/77"
    },
    {
     "fileName": "b.pdf",
     "mimeType": "application/pdf"
    },
    {}
   ]
  }
 },
 {
  "grokChatItem": {
   "accountId": "9",
   "chatId": "188",
   "createdAt": "2025-10-23T13:11:00.000Z",
   "grokMode": {
    "value": "1",
    "name": "Normal",
    "originalName": "NORMAL",
    "annotations": {}
   },
   "sender": {
    "value": "2",
    "name": "Agent",
    "originalName": "AGENT",
    "annotations": {}
   },
   "message": "Two"
  }
 },
 {
  "grokChatItem": {
   "accountId": "9",
   "chatId": "277",
   "createdAt": "2025-02-01T00:00:00.000Z",
   "grokMode": {
    "value": "1",
    "name": "Normal",
    "originalName": "NORMAL",
    "annotations": {}
   },
   "sender": {
    "value": "2",
    "name": "Agent",
    "originalName": "AGENT",
    "annotations": {}
   },
   "message": "A post."
  }
 }
]
