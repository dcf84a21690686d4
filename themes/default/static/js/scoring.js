"use strict";
/* Lunr's answer to a query, from nothing but the postings of its terms: lunr.Index.query of lunr.js 2.3.9 with arrays in
 * place of its objects, tested equal with it. A field's score takes only the weights of the query's terms, and those rest
 * on totals that the manifest has, so the scores are those of the whole index. Pure. */
(function (sitegen) {
  const K1 = 1.2;
  const B = 0.75;
  const { REQUIRED, PROHIBITED } = lunr.Query.presence;

  // As lunr.idf, for a term with `frequency` postings over all fields.
  function inverseFrequency(frequency, documents) {
    return Math.log(1 + Math.abs((documents - frequency + 0.5) / (frequency + 0.5)));
  }

  // As in lunr.Builder, in the same order of operations.
  function weight(idf, count, length, average, boost) {
    const score = idf * ((K1 + 1) * count) / (K1 * (1 - B + B * (length / average)) + count) * boost;
    return Math.round(score * 1000) / 1000;
  }

  // Per field the query's terms with their boosts; a term that several clauses name has the sum.
  function queryVectors(clauses, fields) {
    const vectors = fields.map(() => new Map());
    for (const { presence, boost, fields: named, terms } of clauses) {
      if (presence === PROHIBITED) continue;
      for (const name of named) {
        const vector = vectors[fields.indexOf(name)];
        for (const term of terms) vector.set(term, (vector.get(term) || 0) + boost);
      }
    }
    return vectors;
  }

  function magnitude(vector) {
    let sum = 0;
    for (const boost of vector.values()) sum += boost * boost;
    return Math.sqrt(sum);
  }

  // Which documents the clauses admit, as a byte per document.
  function admitted(clauses, entries, fields, count) {
    const matched = new Uint8Array(count);
    const barred = new Uint8Array(count);
    const met = new Uint16Array(count);
    let wanted = 0;
    for (const { presence, fields: named, terms } of clauses) {
      for (const term of terms) {
        for (const name of named) {
          const { documents } = entries.get(term).fields[fields.indexOf(name)];
          for (let i = 0; i < documents.length; i++) {
            const document = documents[i];
            if (presence === PROHIBITED) {
              barred[document] = 1;
            } else {
              matched[document] = 1;
              if (presence === REQUIRED && met[document] === wanted) met[document] = wanted + 1;
            }
          }
        }
      }
      if (presence === REQUIRED) wanted++;
    }
    const isNegated = clauses.every((clause) => clause.presence === PROHIBITED);
    for (let document = 0; document < count; document++) {
      matched[document] = (isNegated || matched[document]) && !barred[document] && met[document] === wanted ? 1 : 0;
    }
    return matched;
  }

  // `clauses` are Lunr's, each with the `terms` of the index that it means; `entries` has the postings of each of them.
  // `tables` has, by field, the length in each document, where a term has none. {matched, scores}: a byte and a number per
  // document of the index.
  sitegen.score = function (manifest, entries, clauses, tables) {
    const { fields, boosts, averages, documents: count } = manifest;
    const matched = admitted(clauses, entries, fields, count);
    const scores = new Float64Array(count);
    queryVectors(clauses, fields).forEach((vector, field) => {
      const length = magnitude(vector);
      if (length === 0) return; // all boosts are 0
      for (const [term, boost] of vector) {
        const { frequency, fields: postings } = entries.get(term);
        const { documents, counts, lengths } = postings[field];
        const idf = inverseFrequency(frequency, count);
        for (let i = 0; i < documents.length; i++) {
          const own = weight(
            idf, counts[i], lengths ? lengths[i] : tables[field][documents[i]], averages[field], boosts[field]);
          scores[documents[i]] += boost * own / length;
        }
      }
    });
    return { matched, scores };
  };
})(sitegen);
