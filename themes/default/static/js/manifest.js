"use strict";
/* Reads what the build wrote: the manifest, and the shards of postings, documents and words. The counterpart of
 * sitegen/search/shards.py and postings.py. Pure; knows nothing of queries. */
(function (sitegen) {
  const VERSION = 1;
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const VALUES = new Uint8Array(128);
  for (let i = 0; i < DIGITS.length; i++) VALUES[DIGITS.charCodeAt(i)] = i;

  // Numbers of 5-bit digits, lowest first, one after the other.
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
        if (digit === undefined) throw new Error("A part of the search index is damaged; build the site again.");
        if (digit < 32) return result + digit * factor;
        result += (digit - 32) * factor;
        factor *= 32;
      }
    }

    all() {
      const result = [];
      while (this.more()) result.push(this.next());
      return result;
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

  // A term's postings: per field (by place) a list of document numbers and one of counts.
  function decodePostings(text, fieldCount) {
    const numbers = new Numbers(text);
    const mask = numbers.next();
    const result = [];
    let frequency = 0;
    for (let field = 0; field < fieldCount; field++) {
      const documents = [];
      const counts = [];
      if (mask & (1 << field)) {
        const isLast = mask >> (field + 1) === 0;
        const size = isLast ? Infinity : numbers.next();
        let document = -1;
        while (documents.length < size && numbers.more()) {
          const value = numbers.next();
          document += Math.floor(value / 2) + 1;
          documents.push(document);
          counts.push(value % 2 ? numbers.next() + 2 : 1);
        }
      }
      frequency += documents.length;
      result.push({ documents, counts });
    }
    return { fields: result, frequency };
  }

  function decodeDocuments(text, fieldCount) {
    const numbers = new Numbers(text);
    const roles = [];
    const lengths = [];
    while (numbers.more()) {
      roles.push(numbers.next());
      const mask = numbers.next();
      for (let field = 0; field < fieldCount; field++) lengths.push(mask & (1 << field) ? numbers.next() : 0);
    }
    return { roles, lengths };
  }

  function readConversations(table) {
    const sources = new Numbers(table.sources).all();
    const folders = new Numbers(table.folders).all();
    const sizes = new Numbers(table.sizes).all();
    const features = new Numbers(table.features).all();
    let first = 0;
    return table.keys.map((key, i) => {
      const conversation = {
        key,
        first,
        size: sizes[i],
        url: table.urls[i].split("*").join(key),
        title: table.titles[i],
        date: table.dates[i],
        flags: words(table.flags[i]),
        source: table.sourceNames[sources[i]][0],
        sourceLabel: table.sourceNames[sources[i]][1],
        folder: table.folderNames[folders[i]],
        features: features[i],
      };
      first += sizes[i];
      return conversation;
    });
  }

  sitegen.manifest = {
    frontDecoded,
    lastNotAbove,
    decodePostings,
    decodeDocuments,
    Numbers,

    // The manifest's data with its columns turned into conversations. Throws an Error with a sentence for people.
    read(data) {
      if (data.version !== VERSION) {
        throw new Error("The search index was written by another version of sitegen; build the site again.");
      }
      const conversations = readConversations(data.conversations);
      return {
        languages: data.languages,
        fields: data.fields.map((field) => field[0]),
        boosts: data.fields.map((field) => field[1]),
        averages: data.lengths.map((total) => total / data.documents),
        documents: data.documents,
        shardFirst: words(data.shards.first),
        shardNames: words(data.shards.names),
        partFirst: data.parts.first,
        partNames: words(data.parts.names),
        words: data.words,
        conversations,
        firsts: conversations.map((conversation) => conversation.first),
        sources: data.conversations.sourceNames,
        folders: data.conversations.folderNames,
      };
    },
  };
})(sitegen);
