window.YTD.grok_chat_item.part0 = [
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "2054321098765432101",
   "createdAt": "2026-05-09T11:02:47.310Z",
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
   "message": "Typing fast in our Android search box shows results of an older query. Screenshot attached. How do I fix this with Kotlin flows?",
   "attachments": [
    {
     "mediaId": "2054321101122334455",
     "fileName": "search-flicker.png",
     "mimeType": "image/png",
     "url": "https://ton.x.com/grok-attachment/2054321101122334455"
    }
   ]
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "2054321098765432101",
   "createdAt": "2026-05-09T11:02:47.310Z",
   "grokMode": {
    "value": "3",
    "name": "Think",
    "originalName": "REASONING",
    "annotations": {}
   },
   "sender": {
    "value": "2",
    "name": "Agent",
    "originalName": "AGENT",
    "annotations": {}
   },
   "message": "Use `debounce`, then `mapLatest`: the first waits until typing pauses, the second drops an answer that a newer query has overtaken.<grok:render card_id=\\\"a1b2c3\\\" card_type=\\\"citation_card\\\" type=\\\"render_inline_citation\\\"><argument name=\\\"citation_id\\\">0</argument></grok:render>\n\n```kotlin\nclass SearchViewModel(private val api: SearchApi) : ViewModel() {\n    private val query = MutableStateFlow(\"\")\n\n    @OptIn(FlowPreview::class, ExperimentalCoroutinesApi::class)\n    val results: StateFlow<List<Hit>> = query\n        .map(String::trim)\n        .debounce { if (it.isEmpty()) 0L else 300L }\n        .distinctUntilChanged()\n        .mapLatest { if (it.length < 2) emptyList() else api.search(it) }\n        .catch { emit(emptyList()) }\n        .stateIn(viewModelScope, SharingStarted.WhileSubscribed(5_000), emptyList())\n\n    fun onQueryChange(text: String) {\n        query.value = text\n    }\n}\n```\n\nWhat your screenshot shows, old results flashing up, comes from `flatMapMerge`: all requests run on and the slowest one wins. `mapLatest` cancels it instead, provided that `api.search` is a cancellable suspend function.\n\nOne caveat: `catch` ends the flow after the first error. To go on searching, handle errors *inside*:\n\n```kotlin\n.mapLatest { text ->\n    runCatching { api.search(text) }\n        .onFailure { if (it is CancellationException) throw it }\n        .getOrDefault(emptyList())\n}\n```"
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "1979845612307894512",
   "createdAt": "2025-10-19T20:14:05.118Z",
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
   "message": "Чому полярне сяйво зелене, а вгорі червоне? Ось знімок із цього допису.",
   "postIds": [
    "1979840011223344556",
    "1979840011223344556"
   ]
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "1979845612307894512",
   "createdAt": "2025-10-19T20:14:05.118Z",
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
   "message": "Колір залежить від того, **який атом світиться і як часто він зіштовхується із сусідами**.\n\n| Висота | Що світиться | Довжина хвилі | Колір |\n|---|---|---:|---|\n| понад 200 км | атомарний кисень | 630,0 нм | червоний |\n| 100–200 км | атомарний кисень | 557,7 нм | зелений |\n| близько 100 км і нижче | молекулярний азот | 427,8 нм та ін. | синій, пурпуровий |\n\nЗбуджений кисень може «чекати» з випромінюванням: зелене світло він віддає приблизно за **0,7 секунди**, а червоне — аж за **110 секунд**. Унизу повітря густе, і за дві хвилини атом напевно зіткнеться з кимось і втратить енергію без світла. Тому червоне видно лише високо, де зіткнення рідкісні.\n\nЗелений переважає з двох причин: на 100–150 км кисню достатньо, а око вночі найчутливіше саме до зеленого.\n\nНа знімку за посиланням видно обидва шари: зелену смугу внизу й червону завісу над нею."
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "1979845612307894512",
   "createdAt": "2025-10-19T20:16:40.902Z",
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
   "message": "А коли його можна побачити в Україні?"
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "1979845612307894512",
   "createdAt": "2025-10-19T20:16:40.902Z",
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
   "message": "Дивіться на три речі:\n\n1. **Kp-індекс.** Для Києва (геомагнітна широта близько 47°) потрібно Kp 7–8, для півночі Чернігівщини часом досить 6–7.\n2. **Bz міжпланетного магнітного поля.** Якщо він кілька годин від'ємний (нижче −10 нТл), шанси добрі.\n3. **Небо.** Темне місце, відкритий північний обрій, без Місяця.\n\nКамера телефона бачить більше за око: витримка 5–10 секунд, ISO 1600, фокус на нескінченність. Бліда сіра смуга над обрієм часто виявляється на знімку зеленою."
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "1881234567890123456",
   "createdAt": "2025-01-20T08:31:12.455Z",
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
   "message": "Why do some planes leave a white trail and others don't, on the same day?"
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "1881234567890123456",
   "createdAt": "2025-01-20T08:31:12.455Z",
   "grokMode": {
    "value": "2",
    "name": "DeepSearch",
    "originalName": "DEEPSEARCH",
    "annotations": {}
   },
   "sender": {
    "value": "2",
    "name": "Agent",
    "originalName": "AGENT",
    "annotations": {}
   },
   "message": "A contrail forms when three things come together: water vapour in the exhaust, very cold air, and air that is already close to saturation with respect to ice.[](https://en.wikipedia.org/wiki/Contrail)\n\n1. **Burning kerosene makes water.** One kilogram of fuel gives about 1.25 kg of water vapour.[](https://en.wikipedia.org/wiki/Jet_fuel)\n2. **The exhaust cools within a wingspan or so** and mixes with air of −40 °C or less. For a moment the mixture is supersaturated, droplets form on soot particles, and they freeze.[](https://en.wikipedia.org/wiki/Contrail) [](https://en.wikipedia.org/wiki/Supersaturation)\n3. **Whether the trail stays** depends on humidity alone:\n\n| Air at flight level | What you see |\n|---|---|\n| dry | no trail, or one shorter than the aircraft |\n| moist, below ice saturation | a trail of some kilometres that fades |\n| above ice saturation | a trail that lasts for hours and spreads into cirrus |\n\nSo two aircraft ten minutes apart, one with a trail and one without, have usually flown in different layers of air and nothing else."
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "1881234567890123456",
   "createdAt": "2025-01-20T08:33:59.020Z",
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
   "message": "So can I tell the weather from them?"
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "1881234567890123456",
   "createdAt": "2025-01-20T08:33:59.020Z",
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
   "message": "Roughly, yes. Sailors and mountain people have used it for a long time, and the reasoning is sound: long-lasting trails mean that the air at 10 km is moist, and moist air up there often runs 12 to 36 hours ahead of a warm front.[](https://en.wikipedia.org/wiki/Warm_front)\n\n- trails short or absent, deep blue sky: likely to stay fair\n- trails that last **and spread**, sun with a halo: rain within a day or so, in perhaps two cases of three\n\nIt says nothing about showers and thunderstorms, which build from below."
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "1990000000000000042",
   "createdAt": "2025-11-16T09:20:11.500Z",
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
   "message": "Make a short sign from this notice, for our allotment gate.",
   "attachments": [
    {
     "mediaId": "1990000000000000777",
     "fileName": "notice.pdf",
     "mimeType": "application/pdf",
     "url": "https://ton.x.com/grok-attachment/1990000000000000777"
    }
   ]
  }
 },
 {
  "grokChatItem": {
   "accountId": "1500000000000000017",
   "chatId": "1990000000000000042",
   "createdAt": "2025-11-16T09:20:11.500Z",
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
   "message": "<xai:tool_usage_card><xai:tool_usage_card_id>c1</xai:tool_usage_card_id><xai:tool_name>read_file</xai:tool_name><xai:tool_args><![CDATA[{\"name\":\"notice.pdf\"}]]></xai:tool_args></xai:tool_usage_card>\n\nHere is the sign, and its text for the mailing list:\n\n<xaiArtifact artifact_id=\"sign-1\" title=\"Sign for the gate\" contentType=\"image/svg+xml\">\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 120\">\n  <rect width=\"320\" height=\"120\" rx=\"12\" fill=\"#e9f0e1\"/>\n  <text x=\"160\" y=\"55\" font-size=\"26\" text-anchor=\"middle\" fill=\"#27331f\">Please shut the gate</text>\n  <text x=\"160\" y=\"90\" font-size=\"18\" text-anchor=\"middle\" fill=\"#27331f\">The hens thank you</text>\n</svg>\n</xaiArtifact>\n\n<xaiArtifact title=\"mail.txt\" contentType=\"text/plain\">\nPlease shut the gate behind you, the hens are out again.\n</xaiArtifact>",
   "postIds": [
    "1990000000000000555"
   ],
   "feedback": {
    "rating": "helpful"
   }
  }
 }
]
