window.YTD.grok_chat_item.part0 = [
 {
  "grokChatItem": {
   "accountId": "9",
   "chatId": "5",
   "createdAt": "2025-01-10T10:00:00.000Z",
   "grokMode": "Normal",
   "sender": "User",
   "message": "[](https://stays.example)"
  }
 },
 {
  "grokChatItem": {
   "accountId": "9",
   "chatId": "5",
   "createdAt": "2025-01-10T10:00:00.000Z",
   "grokMode": "DeepSearch",
   "sender": "Agent",
   "message": "Prices fell. [](https://one.example/a_(b)) [](https://two.example)\nThen rose.<grok:render card_id=\\\"c\\\" card_type=\\\"citation_card\\\" type=\\\"render_inline_citation\\\"><argument name=\\\"citation_id\\\">3</argument></grok:render> ![](https://kept.example/i.png)"
  }
 },
 {
  "grokChatItem": {
   "accountId": "9",
   "chatId": "5",
   "createdAt": null,
   "grokMode": null,
   "sender": {
    "value": "2"
   },
   "message": null,
   "extra": {
    "new": 1
   }
  }
 },
 {
  "grokChatItem": {
   "chatId": 5,
   "message": {
    "odd": true
   },
   "sender": 7
  }
 }
]
