"use strict";
/* Finds what a clause of a query means in the index, and loads just the shards that it stands in. */
(function (sitegen) {
  const MOST_PREFIX_TERMS = 100;
  const MOST_PREFIX_SHARDS = 6;
  const MOST_PREFIX_POSTINGS = 100000; // characters of their text
  const MOST_COMMON_TERMS = 5;
  const MOST_KEPT = 150;
  const AT_ONCE = 8;
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

    // Where the terms stand that a pattern can mean: {shards, endings}, places in the directories.
    function placesOfPattern({ term, editDistance }) {
      const everything = { shards: [], endings: range(0, manifest.endings.names.length - 1) };
      let choices = [everything];
      if (editDistance === 1 && !term.includes("*")) {
        // One letter that differs leaves the first half or what follows the second's first letter as it is, also where
        // two letters in the middle change places.
        const letters = Array.from(term);
        const half = letters.length >> 1;
        choices.push({
          shards: placesOf(manifest.shards, letters.slice(0, half).join("")),
          endings: placesOf(manifest.endings, backwards(letters.slice(half + 1).join(""))),
        });
      } else if (!editDistance) {
        choices = [
          { shards: placesOf(manifest.shards, term.slice(0, term.indexOf("*"))), endings: [] },
          { shards: [], endings: placesOf(manifest.endings, backwards(term.slice(term.lastIndexOf("*") + 1))) },
        ];
      }
      const size = ({ shards, endings }) => shards.length + endings.length;
      return choices.reduce((best, choice) => (size(choice) < size(best) ? choice : best));
    }

    // The terms that a clause's pattern means, as a map to the numbers of their postings. Looks at a few files at a time
    // and lets the page breathe between them.
    async function meant(clause) {
      const { shards, endings } = placesOfPattern(clause);
      const frequencies = new Map();
      for (let i = 0; i < endings.length; i += AT_ONCE) {
        const list = await loadEndings(endings.slice(i, i + AT_ONCE));
        const fitting = new Set(sitegen.words.matching(list.terms, clause));
        list.terms.forEach((term, place) => {
          if (fitting.has(term)) frequencies.set(term, list.frequencies[place]);
        });
        if (i + AT_ONCE < endings.length) await new Promise((resolve) => setTimeout(resolve));
      }
      for (const { terms, postings } of await Promise.all(shards.map(loadTerms))) {
        const fitting = new Set(sitegen.words.matching(terms, clause));
        terms.forEach((term, place) => {
          if (fitting.has(term)) frequencies.set(term, frequencyOf(postings[place]));
        });
      }
      return frequencies;
    }

    // The terms that a clause means, with their postings' text put into `found`.
    async function find(clause, found) {
      const { term, editDistance } = clause;
      if (!editDistance && !term.includes("*")) return collectNamed([term], found);
      const beginning = term.slice(0, -1);
      if (!editDistance && beginning !== "" && term.indexOf("*") === beginning.length) {
        return collect(placesOf(manifest.shards, beginning), (candidate) => candidate.startsWith(beginning), found);
      }
      return collectNamed(Array.from((await meant(clause)).keys()), found);
    }

    // The term nearest to one that no text holds: by edit distance, then by how common it is; or null.
    async function nearest(term) {
      for (let editDistance = 1; editDistance <= (term.length > 5 ? 2 : 1); editDistance++) {
        let best = null;
        for (const [candidate, frequency] of await meant({ term, editDistance })) {
          if (best === null || frequency > best.frequency) best = { candidate, frequency };
        }
        if (best !== null) return best.candidate;
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
