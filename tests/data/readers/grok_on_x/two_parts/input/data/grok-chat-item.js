window.YTD.grok_chat_item.part0 = [
 {
  "grokChatItem": {
   "accountId": "9",
   "chatId": "188",
   "createdAt": "2025-10-23T13:12:59.692Z",
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
   "message": "Newest answer"
  }
 },
 {
  "grokChatItem": {
   "accountId": "9",
   "chatId": "188",
   "createdAt": "2025-10-23T13:12:59.692Z",
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
   "message": "Newest question"
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
    "value": "1",
    "name": "User",
    "originalName": "USER",
    "annotations": {}
   },
   "message": "https://x.com/i/status/123456789012345678"
  }
 },
 {
  "grokChatItem": {
   "accountId": "9",
   "chatId": "188",
   "createdAt": "2025-10-23T13:10:00.000Z",
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
   "message": "Same words"
  }
 },
 {
  "grokChatItem": {
   "accountId": "9",
   "chatId": "188",
   "createdAt": "2025-10-23T13:10:00.000Z",
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
   "message": "One"
  }
 },
 {
  "grokChatItem": {
   "message": "no chat"
  }
 }
]
