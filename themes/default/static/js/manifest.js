"use strict";
/* Reads what the build wrote: the manifest, and the shards of postings, endings and documents. The counterpart of
 * sitegen/search/shards.py and postings.py. Pure; knows nothing of queries. */
(function (sitegen) {
  const VERSION = 3;
  const LAST = 60;
  const MORE = 29;
  const PAIR_BASE = 10;
  const NO_DIGIT = 255;
  const VALUES = new Uint8Array(128).fill(NO_DIGIT);
  for (let code = 33, value = 0; code < 127; code++) {
    if (!'"\\<>&'.includes(String.fromCharCode(code))) VALUES[code] = value++;
  }

  function damaged() {
    return new Error(sitegen.say("A part of the search index is damaged; build the site again."));
  }

  // Numbers in a dense code, one after the other: a digit below LAST ends a number, the others come before it, lowest
  // first, and a number of more digits begins where those of fewer end.
  class Numbers {
    constructor(text) {
      this.text = text;
      this.position = 0;
    }

    more() {
      return this.position < this.text.length;
    }

    next() {
      let result = 0;
      let factor = 1;
      for (;;) {
        const digit = VALUES[this.text.charCodeAt(this.position++)];
        if (!(digit < NO_DIGIT)) throw damaged();
        result += digit * factor;
        if (digit < LAST) return result;
        factor *= MORE;
      }
    }

    all() {
      const result = new Uint32Array(this.text.length);
      let count = 0;
      while (this.more()) result[count++] = this.next();
      return result.slice(0, count);
    }
  }

  const numbers = (text) => new Numbers(text).all();

  // What filters ask of documents: two in each number, the first PAIR_BASE times.
  function pairs(text) {
    const both = numbers(text);
    const result = new Uint8Array(2 * both.length);
    for (let i = 0; i < both.length; i++) {
      result[2 * i] = both[i] / PAIR_BASE;
      result[2 * i + 1] = both[i] % PAIR_BASE;
    }
    return result;
  }

  // Puts the numbers of a table of lengths into `lengths`, from `place` on. Each is doubled, plus one if a zero follows.
  function readLengths(text, lengths, place) {
    const reader = new Numbers(text);
    for (let i = place; reader.more(); i++) {
      const value = reader.next();
      lengths[i] = value >> 1;
      i += value & 1;
    }
  }

  function words(text) {
    return text === "" ? [] : text.split(" ");
  }

  function frontDecoded(text) {
    let previous = "";
    return words(text).map((entry) => {
      previous = previous.slice(0, parseInt(entry[0], 36)) + entry.slice(1);
      return previous;
    });
  }

  // The last place whose entry is not above `value`; -1 before the first.
  function lastNotAbove(sorted, value) {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // Where each of some neighbours begins, by their sizes.
  function firstsOf(sizes) {
    const result = new Uint32Array(sizes.length);
    for (let i = 1; i < sizes.length; i++) result[i] = result[i - 1] + sizes[i - 1];
    return result;
  }

  // A term's postings: per field (by place) document numbers, ascending, counts, and the field's lengths, null where
  // the term is so common that a table has them; and how many postings there are.
  function decodePostings(text, fieldCount) {
    const reader = new Numbers(text);
    const both = reader.next();
    const mask = both & 31;
    const fields = [];
    let frequency = 0;
    for (let field = 0; field < fieldCount; field++) {
      let most = 0;
      if (mask & (1 << field)) {
        const isLast = mask >> (field + 1) === 0;
        most = isLast ? text.length - reader.position : reader.next();
      }
      const isCommon = Boolean(both & (32 << field));
      const documents = new Uint32Array(most);
      const counts = new Uint32Array(most);
      const lengths = isCommon ? null : new Uint32Array(most);
      let size = 0;
      let document = -1;
      while (size < most && reader.more()) {
        const value = reader.next();
        document += Math.floor(value / 2) + 1;
        documents[size] = document;
        counts[size] = value % 2 ? reader.next() + 2 : 1;
        if (!isCommon) lengths[size] = reader.next();
        size++;
      }
      frequency += size;
      fields.push({
        documents: documents.subarray(0, size),
        counts: counts.subarray(0, size),
        lengths: lengths && lengths.subarray(0, size),
      });
    }
    return { fields, frequency };
  }

  function directory(entry) {
    return { first: frontDecoded(entry.first), names: words(entry.names) };
  }

  sitegen.manifest = {
    numbers,
    pairs,
    readLengths,
    frontDecoded,
    lastNotAbove,
    decodePostings,

    // A row of the table of conversations. `textFirsts` are the places of the first documents of its text's files.
    conversation(row, labels) {
      const [key, url, title = "", date = "", source = "", folder = "", texts = [], ...flags] = row;
      const sourceLabel = labels.get(source) || source;
      const textFirsts = firstsOf(texts);
      return { key, url: url.split("*").join(key), title, date, source, sourceLabel, folder, textFirsts, flags };
    },

    // The manifest's data. Throws an Error with a sentence for people.
    read(data) {
      if (data.version !== VERSION) {
        throw new Error(
          sitegen.say("The search index was written by another version of sitegen; build the site again."));
      }
      const sizes = numbers(data.sizes);
      const blockSizes = numbers(data.blocks.sizes);
      return {
        languages: data.languages,
        fields: data.fields.map((field) => field[0]),
        boosts: data.fields.map((field) => field[1]),
        averages: data.lengths.map((total) => total / data.documents),
        documents: data.documents,
        sizes,
        firsts: firstsOf(sizes),
        sources: data.sources,
        labels: new Map(data.sources),
        common: frontDecoded(data.common),
        shards: directory(data.shards),
        endings: directory(data.endings),
        blocks: { firsts: firstsOf(blockSizes), names: words(data.blocks.names) },
        parts: { size: data.parts.size, names: words(data.parts.names) },
        tables: data.tables.map(words),
        facets: data.facets,
      };
    },
  };
})(sitegen);
