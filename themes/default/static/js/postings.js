"use strict";
/* Finds what a clause of a query means in the index, and loads just the shards that it stands in. */
(function (sitegen) {
  const MOST_PREFIX_TERMS = 100;
  const MOST_PREFIX_SHARDS = 6;
  const MOST_PREFIX_POSTINGS = 100000; // characters of their text
  const MOST_COMMON_TERMS = 5;
  const MOST_KEPT = 150;
  const AFTER_EVERY_TERM = "\uffff";
  const { lastNotAbove, frontDecoded, numbers, decodePostings } = sitegen.manifest;

  function range(first, last) {
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  }

  // The places in a directory of everything that begins with `prefix`.
  function placesOf(directory, prefix) {
    return range(
      Math.max(0, lastNotAbove(directory.first, prefix)), lastNotAbove(directory.first, prefix + AFTER_EVERY_TERM));
  }

  function backwards(text) {
    return Array.from(text).reverse().join("");
  }

  sitegen.postings = function (shards, manifest) {
    const decoded = new Map();
    const frequencyOf = (text) => decodePostings(text, manifest.fields.length).frequency;

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

    // The terms in parts of the list of endings, with the numbers of their postings: {terms, frequencies}.
    async function loadEndings(places) {
      const parts = await Promise.all(places.map((place) => loadDecoded(manifest.endings.names[place], (data) => ({
        terms: frontDecoded(data[0]).map(backwards),
        frequencies: numbers(data[1]),
      }))));
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

    // Terms that begin or end so, and others: {terms, frequencies}.
    async function around(beginning, ending) {
      const shards = beginning === null ? [] : await Promise.all(placesOf(manifest.shards, beginning).map(loadTerms));
      const endings = await loadEndings(ending === null ? [] : placesOf(manifest.endings, backwards(ending)));
      const frequencies = new Map(endings.terms.map((term, i) => [term, endings.frequencies[i]]));
      for (const { terms, postings } of shards) {
        terms.forEach((term, i) => {
          if (!frequencies.has(term)) frequencies.set(term, frequencyOf(postings[i]));
        });
      }
      return { terms: Array.from(frequencies.keys()), frequencies: Array.from(frequencies.values()) };
    }

    // Among which terms those are that a pattern can mean.
    function candidates({ term, editDistance }) {
      if (editDistance === 1 && !term.includes("*")) {
        // One letter that differs leaves the first half or what follows the second's first letter as it is, also where
        // two letters in the middle change places.
        const letters = Array.from(term);
        const half = letters.length >> 1;
        return around(letters.slice(0, half).join(""), letters.slice(half + 1).join(""));
      }
      if (editDistance) return around(null, "");
      const beginning = term.slice(0, term.indexOf("*"));
      const ending = term.slice(term.lastIndexOf("*") + 1);
      const isByEnding = beginning === ""
        || placesOf(manifest.endings, backwards(ending)).length < placesOf(manifest.shards, beginning).length;
      return isByEnding ? around(null, ending) : around(beginning, null);
    }

    // The terms that a clause means, with their postings' text put into `found`.
    async function find(clause, found) {
      const { term, editDistance } = clause;
      if (!editDistance && !term.includes("*")) return collectNamed([term], found);
      const beginning = term.slice(0, -1);
      if (!editDistance && beginning !== "" && term.indexOf("*") === beginning.length) {
        return collect(placesOf(manifest.shards, beginning), (candidate) => candidate.startsWith(beginning), found);
      }
      return collectNamed(sitegen.words.matching((await candidates(clause)).terms, clause), found);
    }

    // The term nearest to one that no text holds: by edit distance, then by how common it is; or null.
    async function nearest(term) {
      for (let editDistance = 1; editDistance <= (term.length > 5 ? 2 : 1); editDistance++) {
        const { terms, frequencies } = await candidates({ term, editDistance });
        const fitting = new Set(sitegen.words.matching(terms, { term, editDistance }));
        let best = -1;
        terms.forEach((candidate, i) => {
          if (fitting.has(candidate) && (best < 0 || frequencies[i] > frequencies[best])) best = i;
        });
        if (best >= 0) return terms[best];
      }
      return null;
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

    return { find, findBeginning, nearest };
  };
})(sitegen);
