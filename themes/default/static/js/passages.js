"use strict";
/* The piece of a message that shows best why it was found, cut into marked and unmarked stretches. Pure. */
(function (sitegen) {
  const LENGTH = 200;
  const LEAD = 50;
  const LONGEST_TEXT = 200000;

  // Stretches of `text` that stand for a term of `terms` (a Set): [[from, to, term], ...], ascending, apart.
  function marked(text, terms) {
    const result = [];
    for (const [from, to, word, stem] of sitegen.text.places(text)) {
      const term = terms.has(stem) ? stem : terms.has(word) ? word : null;
      if (term === null) continue;
      const last = result[result.length - 1];
      if (!last || from >= last[1]) result.push([from, to, term]);
      else last[1] = Math.max(last[1], to);
    }
    return result;
  }

  // The first of the marks that stand together within one passage and mean the most different terms.
  function densest(marks) {
    let best = 0;
    let most = 0;
    marks.forEach((mark, i) => {
      const seen = new Set();
      for (let j = i; j < marks.length && marks[j][1] - mark[0] < LENGTH - LEAD; j++) seen.add(marks[j][2]);
      if (seen.size > most) {
        most = seen.size;
        best = i;
      }
    });
    return { place: best, terms: most };
  }

  // Where the first of `phrases` (as of sitegen.text.phrase) begins that stands in a text; -1 for none.
  function phraseStart(text, phrases) {
    if (phrases.length === 0) return -1;
    const places = sitegen.text.phrasePlaces(text);
    for (const phrase of phrases) {
      const wanted = phrase.trim().split(" ");
      const found = places.findIndex((_, i) => wanted.every((word, j) => i + j < places.length && places[i + j][2] === word));
      if (found >= 0) return places[found][0];
    }
    return -1;
  }

  function isInsidePair(text, position) {
    return /[\ud800-\udbff]/.test(text[position - 1] || "") && /[\udc00-\udfff]/.test(text[position] || "");
  }

  // The nearest blank after `position`, or before it with `step` -1, so that no word is cut; not far from it.
  function atBlank(text, position, step) {
    for (let i = position; Math.abs(i - position) < 30; i += step) {
      if (i <= 0) return 0;
      if (i >= text.length) return text.length;
      if (/\s/.test(text[i])) return i;
    }
    return isInsidePair(text, position) ? position + 1 : position;
  }

  function cut(text, marks, place) {
    const first = marks.length > 0 ? marks[place][0] : 0;
    const start = first <= LEAD ? 0 : Math.min(atBlank(text, first - LEAD, 1), first);
    const end = atBlank(text, Math.min(text.length, start + LENGTH), 1);
    const stretches = [];
    let position = start;
    const add = (to, isMarked) => {
      if (to > position) stretches.push({ text: text.slice(position, to).replace(/\s+/g, " "), isMarked });
      position = Math.max(position, to);
    };
    for (const [from, to] of marks.slice(place)) {
      if (from >= end) break;
      add(from, false);
      add(Math.min(to, Math.max(end, from + 80)), true);
    }
    add(end, false);
    return { stretches, isCutBefore: start > 0, isCutAfter: position < text.length };
  }

  sitegen.passages = {
    marked,

    // The passage of a document (anchor, role, texts) with one of `phrases`, or else the one in which most terms stand
    // together: {stretches: [{text, isMarked}], isCutBefore, isCutAfter}, or null for a document without text.
    best(document, terms, phrases = []) {
      let best = null;
      for (const whole of document.slice(2)) {
        if (!whole) continue;
        const text = whole.length > LONGEST_TEXT ? whole.slice(0, LONGEST_TEXT) : whole;
        const marks = marked(text, terms);
        let { place, terms: count } = densest(marks);
        const start = phraseStart(text, phrases);
        if (start >= 0) {
          const after = marks.findIndex((mark) => mark[1] > start);
          if (after >= 0) place = after;
          count = Infinity;
        }
        if (best === null || count > best.count) best = { count, text, marks, place };
      }
      return best && cut(best.text, best.marks, best.place);
    },
  };
})(sitegen);
