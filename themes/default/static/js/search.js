"use strict";
/* From a query and filters to an answer: scores what the query names as Lunr does, and groups the messages by
 * conversation. Knows no page; how scripts are fetched is given to it. */
(function (sitegen) {
  const MOST_COUNTED = 100; // conversations that are looked through for a phrase only to count them
  const SHORTEST_MISSPELT = 3;
  const { lastNotAbove, decodePostings } = sitegen.manifest;
  const { OPTIONAL } = lunr.Query.presence;

  function inPartsNote(quoted, isSure) {
    const quotations = quoted.map((piece) => sitegen.say("“{piece}”", { piece }));
    const pieces = new Intl.ListFormat(sitegen.locale(), { type: "unit" }).format(quotations);
    return isSure
      ? sitegen.say("Nothing has {pieces} in one piece: its parts were searched.", { pieces })
      : sitegen.say("In the first conversations nothing has {pieces} in one piece: its parts were searched."
        + " In quotation marks it is looked for further.", { pieces });
  }

  function holds(manifest, document, phrase) {
    return phrase.fields.some((field) => {
      const text = document[2 + manifest.fields.indexOf(field)];
      return text && sitegen.text.phrase(text).includes(phrase.phrase);
    });
  }

  // A conversation as far as its documents are matched: {conversation, best, traits, hasHead}; null if none is.
  // `featureOf` gives what filters ask of a message, twice its role plus whether it has code.
  function groupOf(manifest, { matched, scores }, featureOf, conversation) {
    const first = manifest.firsts[conversation];
    const group = { conversation, best: -1, traits: 0, hasHead: matched[first] === 1 };
    for (let document = first; document < first + manifest.sizes[conversation]; document++) {
      if (!matched[document]) continue;
      if (scores[document] > group.best) group.best = scores[document];
      if (featureOf) group.traits |= 1 << featureOf(document);
    }
    return group.best < 0 ? null : group;
  }

  function grouped(manifest, found, featureOf) {
    const groups = [];
    manifest.firsts.forEach((_, conversation) => {
      const group = groupOf(manifest, found, featureOf, conversation);
      if (group) groups.push(group);
    });
    return groups;
  }

  const ORDERS = {
    relevance: (a, b) => b.best - a.best || b.conversation - a.conversation,
    newest: (a, b) => b.conversation - a.conversation,
    oldest: (a, b) => a.conversation - b.conversation,
  };

  sitegen.search = function (fetchScript) {
    const index = sitegen.index(fetchScript);

    // Each clause with the terms of the index that it means, and the postings of all of them.
    async function resolve(manifest, postings, plan) {
      const found = new Map();
      const withTerms = async (clause) => Object.assign({}, clause, { terms: await postings.find(clause, found) });
      const [clauses, excluded, beginning] = await Promise.all([
        Promise.all(plan.clauses.map(withTerms)),
        Promise.all(plan.excluded.map(async (group) => ({
          clauses: await Promise.all(group.clauses.map(withTerms)), phrase: group.phrase,
        }))),
        plan.prefix && postings.findBeginning(plan.prefix.word, found),
      ]);
      if (beginning) {
        if (!beginning.isWhole) {
          plan.notes.push(sitegen.say(
            "More letters will find more words that begin with “{word}”.", { word: plan.prefix.word }));
        }
        for (const term of beginning.terms) {
          clauses.push({ fields: plan.prefix.fields, boost: 1, presence: OPTIONAL, terms: [term] });
        }
      }
      const entries = new Map();
      for (const [term, text] of found) entries.set(term, decodePostings(text, manifest.fields.length));
      return { clauses, excluded, entries };
    }

    // What Lunr finds for a plan: a byte and a score per document, and the postings that they come from. `doubtful` are
    // phrases that must not stand in the documents that a list of bytes marks.
    async function match(manifest, postings, plan) {
      const { clauses, excluded, entries } = await resolve(manifest, postings, plan);
      const lengths = await index.tables(manifest, entries);
      const found = sitegen.score(manifest, entries, clauses, lengths);
      const doubtful = [];
      for (const group of excluded) {
        const others = sitegen.score(manifest, entries, group.clauses, lengths);
        if (group.phrase) {
          doubtful.push({ phrase: group.phrase, matched: others.matched });
        } else {
          others.matched.forEach((isMatch, document) => {
            if (isMatch) found.matched[document] = 0;
          });
        }
      }
      const shown = clauses.filter((clause) => clause.presence !== lunr.Query.presence.PROHIBITED);
      const terms = new Map(shown.flatMap((clause) => clause.terms.map((term) => [term, entries.get(term)])));
      return Object.assign(found, { terms, doubtful });
    }

    // Takes from a conversation's matched documents those whose text lacks a phrase, or has one that it must not have.
    // Says whether all of them could be read.
    async function keepHolding(manifest, found, phrases, conversation) {
      let isRead = true;
      const first = manifest.firsts[conversation];
      const row = await index.row(manifest, conversation);
      await Promise.all(Array.from({ length: manifest.sizes[conversation] }, async (_, place) => {
        const number = first + place;
        const unwanted = found.doubtful.filter(({ matched }) => matched[number]);
        if (!found.matched[number] || phrases.length + unwanted.length === 0) return;
        let document;
        try {
          document = await index.document(row, place);
        } catch (error) {
          console.info(error.message);
          isRead = false;
          found.matched[number] = 0;
          return;
        }
        const isHeld = phrases.every((phrase) => holds(manifest, document, phrase))
          && !unwanted.some(({ phrase }) => holds(manifest, document, phrase));
        if (!isHeld) found.matched[number] = 0;
      }));
      return isRead;
    }

    // The terms of a query that a document holds.
    function termsIn(terms, document) {
      const result = [];
      for (const [term, { fields }] of terms) {
        const isHeld = fields.some(({ documents }) => {
          const place = lastNotAbove(documents, document);
          return place >= 0 && documents[place] === document;
        });
        if (isHeld) result.push(term);
      }
      return result;
    }

    // Lunr's results for a query without filters, phrases that it asks for being no more than their words:
    // [{document, score}], best first, the newest first among equals.
    async function rank(text) {
      const { manifest, postings } = await index.equip();
      const found = await match(manifest, postings, sitegen.query.parse(text, manifest.fields));
      await Promise.all(grouped(manifest, found, null).map(
        ({ conversation }) => keepHolding(manifest, found, [], conversation)));
      const result = [];
      found.matched.forEach((isMatch, document) => {
        if (isMatch) result.push({ document, score: found.scores[document] });
      });
      return result.sort((a, b) => b.score - a.score || b.document - a.document);
    }

    // Conversations of a listing: all of them, without messages.
    function everything(manifest, facets) {
      return Array.from(manifest.sizes, (_, conversation) => (
        { conversation, best: 0, traits: sitegen.facets.traitsOf(facets, conversation), hasHead: false }));
    }

    // What a plan finds, its results not yet looked at: {found, results, look, isChecked}, `results` as of
    // sitegen.checked.
    async function attempt(manifest, postings, plan, filters, order, needed) {
      const found = await match(manifest, postings, plan);
      const [facets, featureOf] = await Promise.all(needed);
      const tests = facets ? sitegen.facets.tests(facets, filters) : [];
      const isChecked = plan.phrases.length + found.doubtful.length > 0;

      // A message found says itself what filters ask; a title that was found speaks for its conversation.
      function admitted(group) {
        if (group === null || !facets) return group;
        if (group.hasHead) group.traits |= sitegen.facets.traitsOf(facets, group.conversation);
        return tests.every((test) => test.admits(group.conversation, group.traits)) ? group : null;
      }

      async function look({ conversation }) {
        if (!await keepHolding(manifest, found, plan.phrases, conversation)) {
          plan.notes.push(sitegen.say("The texts of some conversations could not be read; build the site again."));
        }
        return admitted(groupOf(manifest, found, featureOf, conversation));
      }

      const compare = ORDERS[order] || ORDERS.relevance;
      const candidates = grouped(manifest, found, featureOf).filter((group) => admitted(group) !== null).sort(compare);
      return { found, results: sitegen.checked(candidates, compare, isChecked ? look : null), look, isChecked };
    }

    // The answer to a query: {isListing, isChecked, notes, groups(from, to, isWanted), extent(), counts(ofMessages)}.
    // `groups` loads some of the conversations found: [{conversation, hits: [{place, score, terms}], terms, phrases}]; if
    // `isChecked`, it may have to look at texts for them, until `isWanted` says no. `extent` tells how much is known:
    // {conversations, messages, looked, isWhole}. `counts` is as of sitegen.facets.counts, with null where each message has
    // to be asked and that is not wanted; null where too many texts would have to be loaded.
    async function run(text, filters, order = "", isWanted = () => true) {
      const { manifest, postings } = await index.equip();
      let plan = sitegen.query.parse(text, manifest.fields);
      const isListing = plan.clauses.length + plan.excluded.length === 0;
      const isFiltered = sitegen.facets.asksConversations(filters);
      const needed = [
        isListing || isFiltered ? index.facets() : null,
        !isListing && sitegen.facets.asksMessages(filters) ? index.features() : null,
      ];
      if (isListing) return listing(manifest, await needed[0], filters, order, plan.notes);
      let tried = await attempt(manifest, postings, plan, filters, order, needed);
      if (plan.quoted.length > 0) {
        await tried.results.upTo(1, isWanted);
        if (tried.results.results().length === 0 && isWanted()) {
          const isSure = tried.results.isWhole();
          const { quoted } = plan;
          plan = sitegen.query.parse(text, manifest.fields, true);
          tried = await attempt(manifest, postings, plan, filters, order, needed);
          await tried.results.upTo(1, isWanted);
          if (tried.results.results().length > 0) plan.notes.push(inPartsNote(quoted, isSure));
        }
      }
      return answerOf(manifest, plan, filters, tried, await needed[1]);
    }

    // The answer that an attempt gives, as of `run`. `featureOf` is null unless filters ask messages.
    function answerOf(manifest, plan, filters, { found, results, look, isChecked }, featureOf) {
      const phrases = plan.phrases.map(({ phrase }) => phrase);
      const asked = sitegen.facets.traitsAsked(filters);

      // The messages found in a conversation that the filters admit, best first.
      function hitsIn(conversation) {
        const first = manifest.firsts[conversation];
        const hits = [];
        for (let place = 1; place < manifest.sizes[conversation]; place++) {
          const document = first + place;
          if (!found.matched[document]) continue;
          if (featureOf && !(asked & (1 << featureOf(document)))) continue;
          hits.push({ place, score: found.scores[document] });
        }
        return hits.sort((a, b) => b.score - a.score || a.place - b.place);
      }

      async function load({ conversation }) {
        const first = manifest.firsts[conversation];
        const hits = hitsIn(conversation)
          .map((hit) => Object.assign(hit, { terms: termsIn(found.terms, first + hit.place) }));
        const terms = new Set(hits.flatMap((hit) => hit.terms).concat(termsIn(found.terms, first)));
        return { conversation: await index.row(manifest, conversation), hits, terms, phrases };
      }

      async function counts(ofMessages) {
        if (isChecked) {
          const candidates = grouped(manifest, found, null);
          if (candidates.length > MOST_COUNTED) return null;
          await Promise.all(candidates.map(look));
        }
        const facets = await index.facets();
        const isOfMessages = ofMessages || sitegen.facets.asksMessages(filters);
        const featureOf = isOfMessages ? await index.features() : null;
        const pairs = grouped(manifest, found, featureOf).map(({ conversation, traits, hasHead }) => (
          [conversation, hasHead ? traits | sitegen.facets.traitsOf(facets, conversation) : traits]));
        const result = sitegen.facets.counts(facets, filters, pairs);
        return isOfMessages ? result : Object.assign(result, { role: null, code: null });
      }

      return {
        isListing: false,
        isChecked,
        notes: plan.notes,
        counts,
        async groups(from, to, isWanted) {
          await results.upTo(to, isWanted);
          return Promise.all(results.results().slice(from, to).map(load));
        },
        extent() {
          const groups = results.results();
          return {
            conversations: groups.length,
            messages: groups.reduce((sum, { conversation }) => sum + hitsIn(conversation).length, 0),
            looked: results.looked(),
            isWhole: results.isWhole(),
          };
        },
      };
    }

    // The answer to filters without words: conversations by date, as of `run`.
    function listing(manifest, facets, filters, order, notes) {
      const all = everything(manifest, facets);
      const tests = sitegen.facets.tests(facets, filters);
      const groups = all
        .filter(({ conversation, traits }) => tests.every((test) => test.admits(conversation, traits)))
        .sort(ORDERS[order] || ORDERS.newest);
      return {
        isListing: true,
        isChecked: false,
        notes,
        counts: async () => sitegen.facets.counts(
          facets, filters, all.map(({ conversation, traits }) => [conversation, traits])),
        groups: (from, to) => Promise.all(groups.slice(from, to).map(async ({ conversation }) => (
          { conversation: await index.row(manifest, conversation), hits: [], terms: new Set(), phrases: [] }))),
        extent: () => ({ conversations: groups.length, messages: 0, looked: groups.length, isWhole: true }),
      };
    }

    // A form of `term` that some text holds, as a person would write it.
    async function spelled(manifest, postings, term) {
      const found = new Map();
      await postings.find({ term }, found);
      const { fields } = decodePostings(found.get(term), manifest.fields.length);
      const document = Math.min(...fields.filter((field) => field.documents.length > 0).map((f) => f.documents[0]));
      const conversation = lastNotAbove(manifest.firsts, document);
      const row = await index.row(manifest, conversation);
      const [, , ...fieldTexts] = await index.document(row, document - manifest.firsts[conversation]);
      const place = fieldTexts.flatMap(sitegen.text.places).find((candidate) => candidate[3] === term || candidate[2] === term);
      return place ? place[2] : term;
    }

    // The query with each unknown word replaced by the nearest known one; "" when there is none.
    async function suggest(text) {
      if (/[*~]/.test(text)) return "";
      const { manifest, postings } = await index.equip();
      let result = text;
      for (const word of new Set(sitegen.text.queryWords(text).filter((w) => w.length === 1).flat())) {
        if (word.length < SHORTEST_MISSPELT || manifest.fields.includes(word)) continue;
        const term = sitegen.text.stem(word);
        const isKnown = (await postings.find({ term }, new Map())).length > 0;
        const nearest = isKnown ? null : await postings.nearest(term);
        if (nearest === null) continue;
        const better = await spelled(manifest, postings, nearest);
        result = result.replace(/[^\s"+:-]+/g, (part) => (sitegen.text.folded(part) === word ? better : part));
      }
      return result === text ? "" : result;
    }

    return {
      open: async () => (await index.open()).manifest,
      facets: index.facets,
      rank,
      run,
      suggest,
      // What stands at `place` of a result's conversation: [anchor, role, ...texts].
      document: index.document,
    };
  };
})(sitegen);
