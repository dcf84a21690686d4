"use strict";
/* From a query and filters to an answer: loads what the query names, scores it as Lunr does, and groups the messages by
 * conversation. Knows no page; how scripts are fetched is given to it. */
(function (sitegen) {
  const MOST_PHRASE_CONVERSATIONS = 500;
  const TEXTS_AT_ONCE = 25;
  const PHRASE_NOTE =
    "The phrase was looked for only in the best " + MOST_PHRASE_CONVERSATIONS + " conversations that have its words.";
  const MORE_LETTERS = (word) => "More letters will find more words that begin with “" + word + "”.";
  const { lastNotAbove, decodePostings } = sitegen.manifest;
  const { OPTIONAL } = lunr.Query.presence;

  function holds(manifest, document, phrase) {
    return phrase.fields.some((field) => {
      const text = document[2 + manifest.fields.indexOf(field)];
      return text && sitegen.text.phrase(text).includes(phrase.phrase);
    });
  }

  // The conversations that have a matched document, in their own order: {conversation, best, traits}. `featureOf` gives
  // what filters ask of a message, twice its role plus whether it has code.
  function grouped(manifest, { matched, scores }, featureOf) {
    const groups = [];
    let conversation = -1;
    let end = 0;
    let group = null;
    for (let document = 0; document < matched.length; document++) {
      if (!matched[document]) continue;
      if (document >= end) {
        conversation = lastNotAbove(manifest.firsts, document);
        end = manifest.firsts[conversation] + manifest.sizes[conversation];
        group = { conversation, best: -1, traits: 0, hasHead: document === manifest.firsts[conversation] };
        groups.push(group);
      }
      if (scores[document] > group.best) group.best = scores[document];
      if (featureOf) group.traits |= 1 << featureOf(document);
    }
    return groups;
  }

  const ORDERS = {
    relevance: (a, b) => b.best - a.best || b.conversation - a.conversation,
    newest: (a, b) => b.conversation - a.conversation,
    oldest: (a, b) => a.conversation - b.conversation,
  };

  sitegen.search = function (fetchScript) {
    const shards = sitegen.shards(fetchScript);
    let opened = null;
    let equipped = null;
    let facets = null;
    let features = null;
    const tables = new Map();

    function once(promise, reset) {
      promise.catch(reset);
      return promise;
    }

    function open() {
      if (!opened) {
        opened = once(shards.load("manifest").then((data) => {
          const manifest = sitegen.manifest.read(data);
          return { manifest, postings: sitegen.postings(shards, manifest) };
        }), () => {
          opened = null;
          shards.forget("manifest");
        });
      }
      return opened;
    }

    // As `open`, once words can be stemmed as the index has them: filters need no stemmers, queries do.
    function equip() {
      if (!equipped) {
        equipped = once(open().then(async (index) => {
          await sitegen.stems.use(index.manifest.languages, fetchScript);
          return index;
        }), () => (equipped = null));
      }
      return equipped;
    }

    async function loadFacets() {
      const { manifest } = await open();
      if (!facets) facets = once(shards.load(manifest.facets).then(sitegen.facets.read), () => (facets = null));
      return facets;
    }

    // What filters ask of each message: a function of its number.
    async function loadFeatures() {
      const { manifest } = await open();
      if (!features) {
        features = once(Promise.all(manifest.parts.names.map(
          async (name) => sitegen.manifest.numbers(await shards.load(name)))), () => (features = null));
      }
      const parts = await features;
      const size = manifest.parts.size;
      return (document) => parts[Math.floor(document / size)][document % size];
    }

    // The lengths of the fields in which a term of `entries` is common: by field, a number per document.
    async function loadTables(manifest, entries) {
      return Promise.all(manifest.fields.map(async (_, field) => {
        if (!Array.from(entries.values()).some((entry) => entry.fields[field].lengths === null)) return null;
        if (!tables.has(field)) {
          tables.set(field, once(Promise.all(manifest.tables[field].map((name) => shards.load(name))).then((parts) => {
            const lengths = new Uint32Array(manifest.documents);
            parts.forEach((part, i) => lengths.set(sitegen.manifest.numbers(part), i * manifest.parts.size));
            return lengths;
          }), () => tables.delete(field)));
        }
        return tables.get(field);
      }));
    }

    async function rowOf(manifest, conversation) {
      const { firsts, names } = manifest.blocks;
      const block = lastNotAbove(firsts, conversation);
      const rows = await shards.load(names[block]);
      return sitegen.manifest.conversation(rows[conversation - firsts[block]], manifest.labels);
    }

    function loadText(key) {
      return shards.load("text/" + key);
    }

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
        if (!beginning.isWhole) plan.notes.push(MORE_LETTERS(plan.prefix.word));
        for (const term of beginning.terms) {
          clauses.push({ fields: plan.prefix.fields, boost: 1, presence: OPTIONAL, terms: [term] });
        }
      }
      const entries = new Map();
      for (const [term, text] of found) entries.set(term, decodePostings(text, manifest.fields.length));
      return { clauses, excluded, entries };
    }

    // Takes from `matched` the documents whose text lacks a phrase of `phrases`, where they are looked at: in the best
    // conversations. Says whether that was all of them.
    async function keepHolding(manifest, found, phrases) {
      const groups = grouped(manifest, found, null).sort(ORDERS.relevance);
      const looked = groups.slice(0, MOST_PHRASE_CONVERSATIONS);
      const check = async ({ conversation }) => {
        const { key } = await rowOf(manifest, conversation);
        const text = await loadText(key);
        const first = manifest.firsts[conversation];
        text.forEach((document, place) => {
          if (!phrases.every((phrase) => holds(manifest, document, phrase))) found.matched[first + place] = 0;
        });
        shards.forget("text/" + key);
      };
      for (let i = 0; i < looked.length; i += TEXTS_AT_ONCE) {
        await Promise.all(looked.slice(i, i + TEXTS_AT_ONCE).map(check));
      }
      for (const { conversation } of groups.slice(MOST_PHRASE_CONVERSATIONS)) {
        const first = manifest.firsts[conversation];
        found.matched.fill(0, first, first + manifest.sizes[conversation]);
      }
      return looked.length === groups.length;
    }

    // What Lunr finds for a plan: a byte and a score per document, and the postings that they come from.
    async function match(manifest, postings, plan) {
      const { clauses, excluded, entries } = await resolve(manifest, postings, plan);
      const lengths = await loadTables(manifest, entries);
      const found = sitegen.score(manifest, entries, clauses, lengths);
      for (const group of excluded) {
        const others = sitegen.score(manifest, entries, group.clauses, lengths);
        const isWhole = !group.phrase || await keepHolding(manifest, others, [group.phrase]);
        if (!isWhole) plan.notes.push(PHRASE_NOTE);
        others.matched.forEach((isMatch, document) => {
          if (isMatch) found.matched[document] = 0;
        });
      }
      const shown = clauses.filter((clause) => clause.presence !== lunr.Query.presence.PROHIBITED);
      const terms = new Map(shown.flatMap((clause) => clause.terms.map((term) => [term, entries.get(term)])));
      return Object.assign(found, { terms });
    }

    // The same, with the plan's phrases held against the texts.
    async function matchWhole(manifest, postings, plan) {
      const found = await match(manifest, postings, plan);
      if (plan.phrases.length > 0 && !await keepHolding(manifest, found, plan.phrases)) plan.notes.push(PHRASE_NOTE);
      return found;
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

    // Lunr's results for a query without filters: [{document, score}], best first, the newest first among equals.
    async function rank(text) {
      const { manifest, postings } = await equip();
      const plan = sitegen.query.parse(text, manifest.fields);
      const { matched, scores } = await match(manifest, postings, plan);
      const result = [];
      matched.forEach((isMatch, document) => {
        if (isMatch) result.push({ document, score: scores[document] });
      });
      return result.sort((a, b) => b.score - a.score || b.document - a.document);
    }

    // Conversations of a listing: all of them, without messages.
    function everything(manifest, facets) {
      return Array.from(manifest.sizes, (_, conversation) => (
        { conversation, best: 0, traits: sitegen.facets.traitsOf(facets, conversation), hasHead: false }));
    }

    // A message found says itself what filters ask; a title that was found speaks for its conversation.
    function withTraits(groups, facets) {
      for (const group of groups) {
        if (group.hasHead) group.traits |= sitegen.facets.traitsOf(facets, group.conversation);
      }
      return groups;
    }

    // The answer to a query: {conversations, messages, isListing, notes, groups(from, to), counts(ofMessages)}. `groups`
    // loads some of the conversations found: [{conversation, hits: [{place, score, terms}], terms}]; `counts` is as of
    // sitegen.facets.counts, with null where each message has to be asked and that is not wanted.
    async function run(text, filters, order = "") {
      const { manifest, postings } = await equip();
      let plan = sitegen.query.parse(text, manifest.fields);
      const isListing = plan.clauses.length + plan.excluded.length === 0;
      const isFiltered = sitegen.facets.asksConversations(filters);
      const needed = [
        isListing || isFiltered ? loadFacets() : null,
        !isListing && sitegen.facets.asksMessages(filters) ? loadFeatures() : null,
      ];
      let found = isListing ? null : await matchWhole(manifest, postings, plan);
      if (found && plan.quoted.length > 0 && !found.matched.includes(1)) {
        const pieces = plan.quoted.map((piece) => "“" + piece + "”").join(", ");
        plan = sitegen.query.parse(text, manifest.fields, true);
        found = await matchWhole(manifest, postings, plan);
        if (found.matched.includes(1)) plan.notes.push("Nothing has " + pieces + " in one piece: its parts were searched.");
      }
      const [facets, featureOf] = await Promise.all(needed);
      let groups = isListing ? everything(manifest, facets) : grouped(manifest, found, featureOf);
      if (isFiltered) {
        const tests = sitegen.facets.tests(facets, filters);
        groups = withTraits(groups, facets)
          .filter(({ conversation, traits }) => tests.every((test) => test.admits(conversation, traits)));
      }
      groups.sort(ORDERS[order] || ORDERS[isListing ? "newest" : "relevance"]);
      const asked = sitegen.facets.traitsAsked(filters);

      // The messages found in a conversation that the filters admit, best first.
      function hitsIn(conversation) {
        const first = manifest.firsts[conversation];
        const hits = [];
        for (let place = 1; !isListing && place < manifest.sizes[conversation]; place++) {
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
        const inHead = isListing ? [] : termsIn(found.terms, first);
        const terms = new Set(hits.flatMap((hit) => hit.terms).concat(inHead));
        return { conversation: await rowOf(manifest, conversation), hits, terms };
      }

      async function counts(ofMessages) {
        const facets = await loadFacets();
        const isOfMessages = ofMessages || sitegen.facets.asksMessages(filters);
        const featureOf = !isListing && isOfMessages ? await loadFeatures() : null;
        const all = isListing ? everything(manifest, facets) : withTraits(grouped(manifest, found, featureOf), facets);
        const pairs = all.map(({ conversation, traits }) => [conversation, traits]);
        const result = sitegen.facets.counts(facets, filters, pairs);
        return isListing || isOfMessages ? result : Object.assign(result, { role: null, code: null });
      }

      return {
        conversations: groups.length,
        messages: groups.reduce((sum, { conversation }) => sum + hitsIn(conversation).length, 0),
        isListing,
        notes: plan.notes,
        groups: (from, to) => Promise.all(groups.slice(from, to).map(load)),
        counts,
      };
    }

    // A form of `term` that some text holds, as a person would write it.
    async function spelled(manifest, postings, term) {
      const found = new Map();
      await postings.find({ term }, found);
      const { fields } = decodePostings(found.get(term), manifest.fields.length);
      const document = Math.min(...fields.filter((field) => field.documents.length > 0).map((f) => f.documents[0]));
      const conversation = lastNotAbove(manifest.firsts, document);
      const { key } = await rowOf(manifest, conversation);
      const texts = (await loadText(key))[document - manifest.firsts[conversation]].slice(2);
      const place = texts.flatMap(sitegen.text.places).find((candidate) => candidate[3] === term || candidate[2] === term);
      return place ? place[2] : term;
    }

    // The query with each unknown word replaced by the nearest known one; "" when there is none.
    async function suggest(text) {
      if (/[*~]/.test(text)) return "";
      const { manifest, postings } = await equip();
      const list = await postings.allWords();
      const known = new Set(list.terms);
      let result = text;
      for (const word of new Set(sitegen.text.queryWords(text).filter((w) => w.length === 1).flat())) {
        const term = sitegen.text.stem(word);
        const nearest = known.has(term) || manifest.fields.includes(word) ? null : sitegen.words.nearest(term, list);
        if (nearest === null) continue;
        const better = await spelled(manifest, postings, nearest);
        result = result.replace(/[^\s"+:-]+/g, (part) => (sitegen.text.folded(part) === word ? better : part));
      }
      return result === text ? "" : result;
    }

    return {
      open: async () => (await open()).manifest,
      facets: loadFacets,
      rank,
      run,
      suggest,
      text: (conversation) => loadText(conversation.key),
    };
  };
})(sitegen);
