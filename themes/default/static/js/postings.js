"use strict";
/* Finds what a clause of a query means in the index, and loads just the shards that it stands in. */
(function (sitegen) {
  const MOST_PREFIX_TERMS = 100;
  const MOST_PREFIX_SHARDS = 6;
  const MOST_PREFIX_POSTINGS = 100000; // characters of their text
  const MOST_COMMON_TERMS = 5;
  const MOST_KEPT = 150;
  const AFTER_EVERY_TERM = "\uffff";
  const { lastNotAbove, frontDecoded, numbers } = sitegen.manifest;

  function range(first, last) {
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  }

  // The places in a directory of everything that begins with `prefix`.
  function placesOf(directory, prefix) {
    return range(
      Math.max(0, lastNotAbove(directory.first, prefix)), lastNotAbove(directory.first, prefix + AFTER_EVERY_TERM));
  }

  // What stands before the first sign that is not a letter of the term itself.
  function fixedBeginning(clause) {
    return clause.editDistance ? "" : clause.term.slice(0, clause.term.indexOf("*"));
  }

  sitegen.postings = function (shards, manifest) {
    const decoded = new Map();

    // Keeps what `read` makes of a shard in place of the shard's own data; of the many that were read, the last.
    function loadDecoded(name, read) {
      const known = decoded.get(name);
      decoded.delete(name);
      const promise = known || shards.load(name).then(read);
      decoded.set(name, promise);
      if (!known) promise.then(() => shards.forget(name), () => decoded.delete(name));
      if (decoded.size > MOST_KEPT) decoded.delete(decoded.keys().next().value);
      return promise;
    }

    function loadTerms(place) {
      return loadDecoded(manifest.shards.names[place], (data) => ({
        terms: frontDecoded(data[0]),
        postings: data[1].split(" "),
      }));
    }

    // Parts of the list of all words with the numbers of their postings.
    function loadWords(places) {
      return Promise.all(places.map((place) => loadDecoded(manifest.words.names[place], (data) => ({
        terms: frontDecoded(data[0]),
        frequencies: numbers(data[1]),
      }))));
    }

    async function allWords() {
      const parts = await loadWords(range(0, manifest.words.names.length - 1));
      return {
        terms: parts.flatMap((part) => part.terms),
        frequencies: parts.flatMap((part) => Array.from(part.frequencies)),
      };
    }

    // The text of the postings of the terms that `wants(term)`, from the shards at `places`.
    async function collect(places, wants, into) {
      const names = [];
      for (const shard of await Promise.all(places.map(loadTerms))) {
        shard.terms.forEach((term, i) => {
          if (!wants(term)) return;
          into.set(term, shard.postings[i]);
          names.push(term);
        });
      }
      return names;
    }

    function collectNamed(terms, into) {
      const wanted = new Set(terms);
      const places = new Set(terms.map((term) => lastNotAbove(manifest.shards.first, term)));
      places.delete(-1);
      return collect(Array.from(places), (term) => wanted.has(term), into);
    }

    // The terms that a clause means, with their postings' text put into `found`.
    async function find(clause, found) {
      const term = clause.term;
      if (!clause.editDistance && !term.includes("*")) return collectNamed([term], found);
      const prefix = fixedBeginning(clause);
      if (!clause.editDistance && term === prefix + "*" && prefix !== "") {
        return collect(placesOf(manifest.shards, prefix), (candidate) => candidate.startsWith(prefix), found);
      }
      const parts = await loadWords(placesOf(manifest.words, prefix));
      return collectNamed(parts.flatMap((part) => sitegen.words.matching(part.terms, clause)), found);
    }

    // The commonest words that begin as the unfinished one does, and whether those are all.
    async function findBeginning(word, found) {
      const places = placesOf(manifest.shards, word);
      if (places.length > MOST_PREFIX_SHARDS) {
        const common = manifest.common.filter((term) => term.startsWith(word) && term !== word);
        return { terms: await collectNamed(common.slice(0, MOST_COMMON_TERMS), found), isWhole: false };
      }
      const candidates = new Map();
      await collect(places, (term) => term.startsWith(word), candidates);
      // The more postings, the longer their text.
      const all = Array.from(candidates.keys()).sort((a, b) => candidates.get(b).length - candidates.get(a).length);
      let size = 0;
      const terms = all.slice(0, MOST_PREFIX_TERMS).filter((term, i) => {
        size += candidates.get(term).length;
        return i === 0 || size <= MOST_PREFIX_POSTINGS;
      });
      for (const term of terms) found.set(term, candidates.get(term));
      return { terms, isWhole: terms.length === all.length };
    }

    return { find, findBeginning, allWords };
  };
})(sitegen);
