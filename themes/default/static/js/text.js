"use strict";
/* What a word is: the twin of sitegen/search/tokens.py, tested equal. Also finds words where they stand in a text, so
 * that passages and pages can be marked by the very rule that made the index. Knows nothing of pages. */
(function (sitegen) {
  const LONGEST = 64;
  const { letters, marks, dense, known, accented, ignored, characterClass } = sitegen.alphabet;
  const LETTERS = characterClass(letters);
  const MARKS = characterClass(marks);
  const DENSE = characterClass(dense);
  const UNKNOWN = new RegExp("[^" + characterClass(known) + "]", "gu");
  const IGNORED = new RegExp("[" + ignored + "]", "gu");
  const RUN = new RegExp("[" + LETTERS + "][" + LETTERS + MARKS + "]*|[" + DENSE + "]+", "gu");
  // In a text as it stands, invisible characters may lie inside a run.
  const RAW_RUN = new RegExp(
    "[" + LETTERS + "][" + LETTERS + MARKS + ignored + "]*|[" + DENSE + "][" + DENSE + ignored + "]*", "gu");
  const WILD_RUN = new RegExp("[*" + LETTERS + MARKS + DENSE + "]+", "gu");
  const IS_DENSE = new RegExp("^[" + DENSE + "]", "u");
  const ACCENTS = new RegExp("([" + characterClass(accented) + "])[\u0300-\u036f]+", "gu");
  const ASCII = /^[\x00-\x7f]*$/;

  function normalised(text) {
    return ASCII.test(text) ? text : text.replace(UNKNOWN, " ").replace(IGNORED, "").normalize("NFKC");
  }

  function folded(word) {
    const lower = word.toLowerCase();
    return ASCII.test(lower)
      ? lower
      : lower.replace(/ς/g, "σ").normalize("NFD").replace(ACCENTS, "$1").normalize("NFC");
  }

  function isUpper(character) {
    return character.toLowerCase() !== character;
  }

  function isSeam(characters, i) {
    if (!isUpper(characters[i])) return false;
    if (!isUpper(characters[i - 1])) return true;
    const following = characters[i + 1];
    return following !== undefined && !/[_0-9]/.test(following) && !isUpper(following);
  }

  // The parts of a run as pairs of places in `characters`: `getUserName` and `get_user_name` at their seams.
  function parts(characters) {
    const result = [];
    let start = 0;
    for (let i = 1; i <= characters.length; i++) {
      if (i === characters.length || characters[i - 1] === "_" || characters[i] === "_" || isSeam(characters, i)) {
        if (characters[start] !== "_") result.push([start, i]);
        start = i;
      }
    }
    return result;
  }

  // The words of a run with their places in `characters`, an array of its code points: [[word, from, to], ...].
  function placed(characters) {
    if (IS_DENSE.test(characters[0])) {
      const width = Math.min(2, characters.length);
      return characters.slice(0, characters.length - width + 1)
        .map((_, i) => [folded(characters.slice(i, i + width).join("")), i, i + width]);
    }
    if (characters.every((character) => character === "_")) return [];
    const whole = folded(characters.slice(0, LONGEST).join(""));
    if (characters.length > LONGEST) return [[whole, 0, characters.length]];
    const found = parts(characters);
    const isOne = found.length === 1 && found[0][1] - found[0][0] === characters.length;
    return [[whole, 0, characters.length]].concat(
      isOne ? [] : found.map(([from, to]) => [folded(characters.slice(from, to).join("")), from, to]));
  }

  function wordsOf(run) {
    const characters = Array.from(run);
    if (!IS_DENSE.test(run)) return placed(characters).map((word) => word[0]);
    const all = Array.from(folded(run));
    return all.length < 2 ? all : all.slice(1).map((character, i) => all[i] + character);
  }

  function stem(word) {
    return /^[a-z]{3,}$/.test(word) ? lunr.stemmer(new lunr.Token(word)).toString() : word;
  }

  sitegen.text = {
    normalised,
    folded,
    stem,

    isDense: (word) => IS_DENSE.test(word),

    // The runs of a text in order, not folded.
    runs: (text) => normalised(text).match(RUN) || [],

    // All words of a text as the index has them before stemming.
    words: (text) => sitegen.text.runs(text).flatMap(wordsOf),

    // All index terms of a text. `languages` are those whose words are stemmed.
    terms: (text, languages) => {
      const words = sitegen.text.words(text);
      return languages.includes("en") ? words.map(stem) : words;
    },

    // What a query asks for: one entry per run, the whole word alone, or the pairs of a run without spaces.
    queryWords: (text) => sitegen.text.runs(text)
      .map((run) => (IS_DENSE.test(run) ? wordsOf(run) : wordsOf(run).slice(0, 1)))
      .filter((words) => words.length > 0),

    // The folded pieces of a query's word with wildcards; never only "*".
    wildcards: (text) => (normalised(text).match(WILD_RUN) || []).map(folded)
      .map((piece) => piece.replace(/\*+/g, "*")).filter((piece) => piece !== "*"),

    // A text's words, folded, one blank between and around: what phrases are looked for in. Characters of scripts
    // without spaces stand alone.
    phrase: (text) => " " + sitegen.text.runs(text)
      .map((run) => (IS_DENSE.test(run) ? Array.from(folded(run)).join(" ") : folded(run))).join(" ") + " ",

    // Where words stand in a text as it is: [[from, to, word, stem], ...], a run's whole before its parts.
    places: (text) => {
      const result = [];
      for (const match of text.matchAll(RAW_RUN)) {
        const run = match[0];
        const characters = Array.from(run);
        const offsets = [0];
        for (const character of characters) offsets.push(offsets[offsets.length - 1] + character.length);
        for (const [raw, from, to] of placed(characters)) {
          const word = ASCII.test(raw) ? raw : folded(normalised(raw));
          result.push([match.index + offsets[from], match.index + offsets[to], word, stem(word)]);
        }
      }
      return result;
    },
  };
})(sitegen);
