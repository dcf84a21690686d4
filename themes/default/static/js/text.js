"use strict";
/* What a word is: the twin of sitegen/search/tokens.py, tested equal. Also finds words where they stand in a text, so
 * that passages and pages can be marked by the very rule that made the index. Words are stemmed by the languages that
 * `sitegen.stems` uses. Knows nothing of pages. */
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

  // In lower case with its diacritics: what stemmers expect.
  function spelled(word) {
    const lower = word.toLowerCase();
    return ASCII.test(lower) ? lower : lower.replace(/ς/g, "σ").replace(/i\u0307/g, "i").normalize("NFC");
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

  // The words of a run as they stand in it, with their places in `characters`, an array of its code points:
  // [[piece, from, to], ...].
  function placed(characters) {
    const piece = (from, to) => [characters.slice(from, to).join(""), from, to];
    if (IS_DENSE.test(characters[0])) {
      const width = Math.min(2, characters.length);
      return characters.slice(0, characters.length - width + 1).map((_, i) => piece(i, i + width));
    }
    if (characters.every((character) => character === "_")) return [];
    const whole = characters.slice(0, LONGEST).join("");
    if (characters.length > LONGEST) return [[whole, 0, characters.length]];
    const found = parts(characters);
    const isOne = found.length === 1 && found[0][1] - found[0][0] === characters.length;
    return [[whole, 0, characters.length]].concat(isOne ? [] : found.map(([from, to]) => piece(from, to)));
  }

  function pairs(run) {
    const all = Array.from(folded(run));
    return all.length < 2 ? all : all.slice(1).map((character, i) => all[i] + character);
  }

  function piecesOf(run) {
    return placed(Array.from(run)).map((word) => word[0]);
  }

  function wordsOf(run) {
    return IS_DENSE.test(run) ? pairs(run) : piecesOf(run).map(folded);
  }

  function stem(word) {
    return folded(sitegen.stems.stem(word));
  }

  // The terms that a piece stands under: its stem as it is spelled and, if it is another, that of it folded.
  function stemsOf(piece) {
    const without = stem(folded(piece));
    if (ASCII.test(piece)) return [without];
    const word = spelled(piece);
    const first = sitegen.stems.heedsAccents(word) ? stem(word) : without;
    return first === without ? [without] : [first, without];
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

    // All index terms of a text.
    terms: (text) => sitegen.text.runs(text)
      .flatMap((run) => (IS_DENSE.test(run) ? pairs(run) : piecesOf(run).flatMap(stemsOf))),

    // What a query asks for: one entry per run, the whole word alone, or the pairs of a run without spaces.
    queryWords: (text) => sitegen.text.runs(text)
      .map((run) => (IS_DENSE.test(run) ? wordsOf(run) : wordsOf(run).slice(0, 1)))
      .filter((words) => words.length > 0),

    // The terms of `queryWords`, one entry per run: [[term, ...], ...], any of which may be looked for instead of the
    // others. The first is the run's as it is spelled; a second would find texts that are spelled without diacritics.
    queryTerms: (text) => sitegen.text.runs(text)
      .map((run) => (IS_DENSE.test(run) ? [pairs(run)] : piecesOf(run).slice(0, 1).flatMap(stemsOf).map((term) => [term])))
      .filter((choices) => choices.length > 0),

    // The folded pieces of a query's word with wildcards; never only "*".
    wildcards: (text) => (normalised(text).match(WILD_RUN) || []).map(folded)
      .map((piece) => piece.replace(/\*+/g, "*")).filter((piece) => piece !== "*"),

    // A text's words, folded, one blank between and around: what phrases are looked for in. Characters of scripts
    // without spaces stand alone.
    phrase: (text) => " " + sitegen.text.runs(text)
      .map((run) => (IS_DENSE.test(run) ? Array.from(folded(run)).join(" ") : folded(run))).join(" ") + " ",

    // Where the words of phrases stand in a text as it is: [[from, to, word], ...], characters of scripts without spaces
    // each for itself.
    phrasePlaces: (text) => {
      const result = [];
      for (const { 0: run, index } of text.matchAll(RAW_RUN)) {
        let from = index;
        for (const piece of IS_DENSE.test(run) ? run : [run]) {
          const word = folded(normalised(piece));
          if (word !== "") result.push([from, from + piece.length, word]);
          from += piece.length;
        }
      }
      return result;
    },

    // Where words stand in a text as it is: [[from, to, word, stem], ...], a run's whole before its parts. A word with
    // two stems comes twice.
    places: (text) => {
      const result = [];
      for (const match of text.matchAll(RAW_RUN)) {
        const run = match[0];
        const characters = Array.from(run);
        const isDense = IS_DENSE.test(run);
        const offsets = [0];
        for (const character of characters) offsets.push(offsets[offsets.length - 1] + character.length);
        for (const [raw, from, to] of placed(characters)) {
          const piece = normalised(raw);
          const word = folded(piece);
          for (const term of isDense ? [word] : stemsOf(piece)) {
            result.push([match.index + offsets[from], match.index + offsets[to], word, term]);
          }
        }
      }
      return result;
    },
  };
})(sitegen);
