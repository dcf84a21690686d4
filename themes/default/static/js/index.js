"use strict";
/* A real lunr.Index of only the terms that a query needs. Lunr's score of a field takes nothing but the weights of the
 * query's terms, and those rest on totals that the manifest has, so the answers are those of the whole index. Pure. */
(function (sitegen) {
  const K1 = 1.2;
  const B = 0.75;
  const NO_METADATA = Object.freeze({});

  // As lunr.idf, for a term with `frequency` postings over all fields.
  function inverseFrequency(frequency, documents) {
    return Math.log(1 + Math.abs((documents - frequency + 0.5) / (frequency + 0.5)));
  }

  // As in lunr.Builder, in the same order of operations.
  function weight(idf, count, length, average, boost) {
    const score = idf * ((K1 + 1) * count) / (K1 * (1 - B + B * (length / average)) + count) * boost;
    return Math.round(score * 1000) / 1000;
  }

  // `entries` maps terms to decoded postings; `lengthOf(document, field)` is a field's number of terms.
  // With `isNegated` the index knows every document, as Lunr needs for a query that only prohibits.
  sitegen.assembleIndex = function (manifest, entries, lengthOf, isNegated) {
    const { fields, boosts, averages } = manifest;
    const terms = Array.from(entries.keys()).sort();
    const invertedIndex = Object.create(null);
    const fieldVectors = Object.create(null);
    if (isNegated) {
      for (let document = 0; document < manifest.documents; document++) {
        fieldVectors[fields[0] + "/" + document] = new lunr.Vector();
      }
    }
    terms.forEach((term, place) => {
      const entry = entries.get(term);
      const idf = inverseFrequency(entry.frequency, manifest.documents);
      const posting = Object.create(null);
      posting._index = place;
      fields.forEach((field, f) => {
        const { documents, counts } = entry.fields[f];
        const references = posting[field] = Object.create(null);
        for (let i = 0; i < documents.length; i++) {
          const document = documents[i];
          const key = field + "/" + document;
          const vector = fieldVectors[key] || (fieldVectors[key] = new lunr.Vector());
          references[document] = NO_METADATA;
          vector.elements.push(place, weight(idf, counts[i], lengthOf(document, f), averages[f], boosts[f]));
        }
      });
      invertedIndex[term] = posting;
    });
    return new lunr.Index({
      invertedIndex,
      fieldVectors,
      tokenSet: lunr.TokenSet.fromArray(terms),
      fields,
      pipeline: new lunr.Pipeline(),
    });
  };
})(sitegen);
