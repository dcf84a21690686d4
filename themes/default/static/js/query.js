"use strict";
/* What a person typed, as a plan: Lunr's clauses in index terms, and what Lunr has no word for: phrases, groups of
 * terms that are prohibited together, and the word that is still being typed. Pure. */
(function (sitegen) {
  const LONGEST_QUERY = 1000;
  const MOST_EDITS = 2;
  const { OPTIONAL, REQUIRED, PROHIBITED } = lunr.Query.presence;

  function isStopWord(text) {
    return sitegen.stems.isStopWord(sitegen.text.folded(text));
  }

  // A sentence on each fault that Lunr finds in a query: the fault as Lunr tells it, and what of it is a value.
  const FAULTS = [
    [/^unrecognised field '(?<field>.*)', possible fields: (?<fields>.*)$/s, (values) => sitegen.say(
      "Searched as plain words: unrecognised field '{field}', possible fields: {fields}.", values)],
    [/^expected either a field or a term, found (?<found>\w+) with value '(?<value>.*)'$/s, (values) => sitegen.say(
      "Searched as plain words: expected either a field or a term, found {found} with value '{value}'.", values)],
    [/^expecting term or field, found '(?<found>\w+)'$/, (values) => sitegen.say(
      "Searched as plain words: expecting term or field, found '{found}'.", values)],
    [/^expecting term, found '(?<found>\w+)'$/, (values) => sitegen.say(
      "Searched as plain words: expecting term, found '{found}'.", values)],
    [/^expecting term or field, found nothing$/, () => sitegen.say(
      "Searched as plain words: expecting term or field, found nothing.")],
    [/^expecting term, found nothing$/, () => sitegen.say("Searched as plain words: expecting term, found nothing.")],
    [/^edit distance must be numeric$/, () => sitegen.say("Searched as plain words: edit distance must be numeric.")],
    [/^boost must be numeric$/, () => sitegen.say("Searched as plain words: boost must be numeric.")],
    [/^(?<reason>.+)$/s, (values) => sitegen.say("Searched as plain words: {reason}.", values)],
    [/^/, () => sitegen.say("Searched as plain words: the query can’t be read.")],
  ];

  function faultOf({ message = "" }) {
    const [pattern, sentence] = FAULTS.find((fault) => fault[0].test(message));
    return sentence(pattern.exec(message).groups);
  }

  // Lunr's own clauses for `text`; plain words, with a note, where its syntax is not met.
  function lunrClauses(text, fields, notes) {
    const query = new lunr.Query(fields);
    // A sign between blanks is a dash to people, and a prohibition to Lunr.
    const cleaned = text.replace(/(^|\s)[+-]+(?=\s|$)/g, "$1 ");
    try {
      new lunr.QueryParser(cleaned, query).parse();
      return query.clauses;
    } catch (error) {
      notes.push(faultOf(error));
      return sitegen.text.runs(text).map((run) => ({ term: run, fields, boost: 1, presence: OPTIONAL }));
    }
  }

  function clause(like, term, presence, boost = like.boost) {
    const result = { term, fields: like.fields, boost, presence, usePipeline: false };
    if (like.editDistance) result.editDistance = like.editDistance;
    return result;
  }

  // "*x*" finds every pair that holds a lone character of a script without spaces.
  function widened(terms) {
    const isLone = terms.length === 1 && sitegen.text.isDense(terms[0]) && Array.from(terms[0]).length === 1;
    return isLone ? ["*" + terms[0] + "*"] : terms;
  }

  // What one of Lunr's clauses becomes by the index's own rule: [{terms, share}], all terms of an entry together. A word
  // with two stems shares its weight between them, but Lunr has no way to require one of two: then the first counts.
  function expand(original) {
    if (original.term.includes("*")) {
      return sitegen.text.wildcards(original.term).map((piece) => ({ terms: [piece], share: 1 }));
    }
    return sitegen.text.queryTerms(original.term).flatMap((choices) => {
      const used = original.presence === REQUIRED ? choices.slice(0, 1) : choices;
      return used.map((terms) => ({ terms: widened(terms), share: 1 / used.length }));
    });
  }

  // A piece that only a machine would write, such as "--no-cache", "v2.3.1", "me@example.org" or "src/main.rs": its parts
  // mean little alone. Signs of Lunr's syntax leave it to Lunr.
  function isTechnical(piece) {
    return /^(--)?[^\s"*~^:+-][^\s"*~^:+]*$/.test(piece)
      && (piece.startsWith("--") || /[0-9/@\\.]/.test(piece))
      && sitegen.text.runs(piece).length > (piece.startsWith("--") ? 0 : 1);
  }

  function quoteTechnical(text, quoted) {
    return text.replace(/(^|\s)([^\s"]+)(?=\s|$)/g, (whole, before, piece) => {
      if (!isTechnical(piece)) return whole;
      quoted.push(piece);
      return before + '"' + piece + '"';
    });
  }

  // `text` with `change` made to each stretch that no quotation mark encloses.
  function outsideQuotes(text, change) {
    return text.split(/("[^"]*"?)/).map((part, i) => (i % 2 ? part : change(part))).join("");
  }

  function takePhrases(text, fields) {
    const phrases = [];
    const rest = text.replace(/([+-]?)(?:(\w+):)?"([^"]*)"?/g, (whole, sign, field, words) => {
      if (field !== undefined && !fields.includes(field)) return " " + field + " " + words + " ";
      const phrase = sitegen.text.phrase(words);
      if (phrase.trim() === "") return " ";
      phrases.push({ words, phrase, fields: field === undefined ? fields : [field], prohibited: sign === "-" });
      return " ";
    });
    return { phrases, rest };
  }

  // By the stems of folded words, which every text has that holds the phrase, whatever its diacritics.
  function phraseClauses(phrase) {
    const like = { fields: phrase.fields, boost: 1 };
    const terms = new Set(sitegen.text.queryTerms(phrase.words).flatMap((choices) => widened(choices[choices.length - 1])));
    return Array.from(terms, (term) => clause(like, term, REQUIRED));
  }

  // The last word, if it looks unfinished: to be searched as a prefix too.
  function unfinished(rest, last) {
    if (!last || last.presence !== OPTIONAL || last.editDistance || last.boost !== 1) return null;
    if (last.term.includes("*") || /[\s"*]$/.test(rest)) return null;
    const words = sitegen.text.queryWords(last.term);
    const word = words.length > 0 ? words[words.length - 1] : [];
    if (word.length !== 1 || sitegen.text.isDense(word[0]) || word[0].length < 2) return null;
    return { word: word[0], fields: last.fields };
  }

  sitegen.query = {
    // {clauses, excluded, phrases, quoted, prefix, notes}: `excluded` are lists of required clauses with, perhaps, a
    // phrase; what meets one of them is no result. `quoted` are the pieces that became phrases without quotation marks:
    // with `isLoose` none do. `prefix` is {word, fields} or null.
    parse(text, fields, isLoose = false) {
      const notes = [];
      const quoted = [];
      const asked = text.slice(0, LONGEST_QUERY);
      const { phrases, rest } = takePhrases(
        isLoose ? asked : outsideQuotes(asked, (part) => quoteTechnical(part, quoted)), fields);
      const originals = lunrClauses(rest, fields, notes);
      const plan = { clauses: [], excluded: [], phrases: [], quoted, prefix: null, notes };
      const last = originals[originals.length - 1];

      for (const phrase of phrases) {
        if (phrase.prohibited) {
          plan.excluded.push({ clauses: phraseClauses(phrase), phrase });
        } else {
          plan.phrases.push(phrase);
          plan.clauses.push(...phraseClauses(phrase));
        }
      }
      const stopClauses = [];
      for (const original of originals) {
        if (original.editDistance > MOST_EDITS) {
          original.editDistance = MOST_EDITS;
          notes.push(sitegen.sayCount(
            "At most {count} letter may differ in a word with “~”.",
            "At most {count} letters may differ in a word with “~”.", MOST_EDITS));
        }
        for (const { terms, share } of expand(original)) {
          if (original.presence === PROHIBITED && terms.length > 1) {
            plan.excluded.push({ clauses: terms.map((term) => clause(original, term, REQUIRED)), phrase: null });
            continue;
          }
          const made = terms.map((term) => clause(original, term, original.presence, original.boost * share));
          const isPlain = original.presence === OPTIONAL && original.fields.length === fields.length;
          const isStop = isPlain && !original.editDistance && isStopWord(original.term);
          (isStop ? stopClauses : plan.clauses).push(...made);
        }
      }
      const hasOthers = plan.clauses.some((made) => made.presence !== PROHIBITED);
      if (!hasOthers) plan.clauses.push(...stopClauses);
      const isDropped = hasOthers && last && isStopWord(last.term);
      plan.prefix = isDropped ? null : unfinished(rest, last);
      return plan;
    },
  };
})(sitegen);
