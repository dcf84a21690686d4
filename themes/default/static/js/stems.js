"use strict";
/* Stems and stop words by language: the twin of sitegen/search/stemmer.py. English is Lunr's own and always there; the
 * scripts of other languages are loaded when an index turns out to have been made with them. Knows nothing of pages. */
(function (sitegen) {
  const FOLDER = "assets/vendor/snowball-3.0.1/";
  const SHORTEST = 3;
  const LATIN = "a-z\\u00df-\\u00f6\\u00f8-\\u024f\\u1e00-\\u1eff";
  const CYRILLIC = "\\u0400-\\u052f";
  const DEVANAGARI = "\\u0900-\\u0963\\u0971-\\u097f";

  // Snowball's name of each language, and the letters of its script in lower case, as in a regular expression's [...].
  const SNOWBALL = {
    ar: ["arabic", "\\u0621-\\u065f\\u0670-\\u06d3"],
    ca: ["catalan", LATIN],
    da: ["danish", LATIN],
    de: ["german", LATIN],
    el: ["greek", "\\u0370-\\u03ff\\u1f00-\\u1fff"],
    eo: ["esperanto", LATIN],
    es: ["spanish", LATIN],
    et: ["estonian", LATIN],
    eu: ["basque", LATIN],
    fi: ["finnish", LATIN],
    fr: ["french", LATIN],
    ga: ["irish", LATIN],
    hi: ["hindi", DEVANAGARI],
    hu: ["hungarian", LATIN],
    hy: ["armenian", "\\u0561-\\u0587"],
    id: ["indonesian", LATIN],
    it: ["italian", LATIN],
    lt: ["lithuanian", LATIN],
    ne: ["nepali", DEVANAGARI],
    nl: ["dutch", LATIN],
    no: ["norwegian", LATIN],
    pt: ["portuguese", LATIN],
    ro: ["romanian", LATIN],
    ru: ["russian", CYRILLIC],
    sr: ["serbian", LATIN + CYRILLIC],
    sv: ["swedish", LATIN],
    ta: ["tamil", "\\u0b82-\\u0bd7"],
    tr: ["turkish", LATIN],
    yi: ["yiddish", "\\u0591-\\u05f4"],
  };
  const WITH_STOP_WORDS = ["da", "de", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ru", "sv"];
  const ENGLISH = {
    isOwn: (word) => /^[a-z]+$/.test(word),
    stem: (word) => lunr.stemmer(new lunr.Token(word)).toString(),
    heedsAccents: false,
    isStopWord: (word) => lunr.stopWordFilter(new lunr.Token(word)) === undefined,
  };

  const stopWords = new Map();
  let steps = [ENGLISH];
  let known = new Map();

  function capitalised(name) {
    return name[0].toUpperCase() + name.slice(1);
  }

  function scriptsOf(language) {
    if (language === "en") return [];
    const files = ["base-stemmer.js", SNOWBALL[language][0] + "-stemmer.js"];
    if (WITH_STOP_WORDS.includes(language)) files.push("stop-words-" + language + ".js");
    return files.map((file) => FOLDER + file);
  }

  function step(language) {
    if (language === "en") return ENGLISH;
    const [name, letters] = SNOWBALL[language];
    const stemmer = new globalThis[capitalised(name) + "Stemmer"]();
    const own = new RegExp("^[" + letters + "]+$");
    const stops = stopWords.get(language) || new Set();
    return {
      isOwn: (word) => own.test(word),
      stem: (word) => stemmer.stemWord(word),
      heedsAccents: true,
      isStopWord: (word) => stops.has(word),
    };
  }

  function stemmed(word) {
    let result = word;
    for (const { isOwn, stem } of steps) {
      if (result.length >= SHORTEST && isOwn(result)) result = stem(result) || result;
    }
    return result;
  }

  sitegen.stems = {
    // Called by the scripts of stop words: one string, blanks between, the words folded.
    receiveStopWords(language, words) {
      stopWords.set(language, new Set(words.split(" ")));
    },

    // From now on words are stemmed by these languages, in this order. `fetchScript(path)` adds the script at a path
    // below the site's top and gives a promise. At first, and without a call, it is English alone.
    async use(languages, fetchScript) {
      const strange = languages.find((language) => language !== "en" && !Object.hasOwn(SNOWBALL, language));
      if (strange !== undefined) {
        throw new Error(sitegen.say(
          "The search index was made with a language that this page has no stemmer for: {language}.",
          { language: strange }));
      }
      await Promise.all(Array.from(new Set(languages.flatMap(scriptsOf)), fetchScript));
      steps = languages.map(step);
      known = new Map();
    },

    // The stem of a word in lower case; not folded.
    stem(word) {
      if (!known.has(word)) known.set(word, stemmed(word));
      return known.get(word);
    },

    // Whether a word can have another stem than the same word without its diacritics.
    heedsAccents: (word) => steps.some((step) => step.heedsAccents && step.isOwn(word)),

    // Whether one of the languages has this folded word among its stop words.
    isStopWord: (word) => steps.some((step) => step.isStopWord(word)),
  };
})(sitegen);
