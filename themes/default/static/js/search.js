"use strict";
/* From a query and filters to an answer: loads what the query names, has Lunr run it, and groups the messages by
 * conversation. Knows no page; how scripts are fetched is given to it. */
(function (sitegen) {
  const ROLES = ["", "user", "assistant", "system", "tool"];
  const HAS_CODE = 1 << ROLES.length;
  const MOST_PREFIX_TERMS = 40;
  const MOST_PREFIX_SHARDS = 6;
  const MOST_PREFIX_POSTINGS = 16000; // characters of their text
  const MOST_PHRASE_CONVERSATIONS = 500;
  const FRAGMENTS_AT_ONCE = 25;
  const PHRASE_NOTE =
    "The phrase was looked for only in the best " + MOST_PHRASE_CONVERSATIONS + " conversations that have its words.";
  const AFTER_EVERY_TERM = "\uffff";
  const { lastNotAbove } = sitegen.manifest;

  function range(first, last) {
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  }

  sitegen.search = function (fetchScript) {
    const shards = sitegen.shards(fetchScript);
    const decoded = new Map();
    let opened = null;

    function open() {
      if (!opened) {
        opened = shards.load("manifest").then(sitegen.manifest.read);
        opened.catch(() => {
          opened = null;
          shards.forget("manifest");
        });
      }
      return opened;
    }

    // Keeps what `read` makes of a shard in place of the shard's own data.
    function loadDecoded(name, read) {
      if (!decoded.has(name)) {
        const promise = shards.load(name).then(read);
        promise.then(() => shards.forget(name), () => decoded.delete(name));
        decoded.set(name, promise);
      }
      return decoded.get(name);
    }

    function loadTerms(manifest, place) {
      return loadDecoded(manifest.shardNames[place], (data) => ({
        terms: sitegen.manifest.frontDecoded(data[0]),
        postings: data[1].split(" "),
      }));
    }

    function loadWords(manifest) {
      return loadDecoded(manifest.words, (data) => ({
        terms: sitegen.manifest.frontDecoded(data[0]),
        frequencies: new sitegen.manifest.Numbers(data[1]).all(),
      }));
    }

    function loadFragment(conversation) {
      return shards.load("text/" + conversation.key);
    }

    function shardsFrom(manifest, prefix, end) {
      return range(Math.max(0, lastNotAbove(manifest.shardFirst, prefix)), lastNotAbove(manifest.shardFirst, end));
    }

    // The text of the postings of the terms that `wants(term)`, from the shards at `places`.
    async function collect(manifest, places, wants, into) {
      for (const shard of await Promise.all(places.map((place) => loadTerms(manifest, place)))) {
        shard.terms.forEach((term, i) => {
          if (wants(term)) into.set(term, shard.postings[i]);
        });
      }
    }

    // All terms that a clause means, with their postings' text, into `found`.
    async function find(manifest, clause, found) {
      const term = clause.term;
      if (!clause.editDistance && /^[^*]+\*$/.test(term)) {
        const prefix = term.slice(0, -1);
        const places = shardsFrom(manifest, prefix, prefix + AFTER_EVERY_TERM);
        return collect(manifest, places, (candidate) => candidate.startsWith(prefix), found);
      }
      const isPattern = clause.editDistance || term.includes("*");
      const list = isPattern ? sitegen.words.matching((await loadWords(manifest)).terms, clause) : [term];
      const wanted = new Set(list);
      const places = new Set(list.map((name) => lastNotAbove(manifest.shardFirst, name)).filter((place) => place >= 0));
      return collect(manifest, Array.from(places), (candidate) => wanted.has(candidate), found);
    }

    // Clauses for the words that begin as the unfinished one does: the commonest, if there are many.
    async function findPrefix(manifest, plan, found) {
      if (!plan.prefix) return [];
      const { word, fields } = plan.prefix;
      const note = "More letters will find more words that begin with “" + word + "”.";
      const places = shardsFrom(manifest, word, word + AFTER_EVERY_TERM);
      if (places.length > MOST_PREFIX_SHARDS) {
        plan.notes.push(note);
        return [];
      }
      const candidates = new Map();
      await collect(manifest, places, (term) => term.startsWith(word), candidates);
      // The more postings, the longer their text.
      const all = Array.from(candidates.keys()).sort((a, b) => candidates.get(b).length - candidates.get(a).length);
      let size = 0;
      const terms = all.slice(0, MOST_PREFIX_TERMS).filter((term, i) => {
        size += candidates.get(term).length;
        return i === 0 || size <= MOST_PREFIX_POSTINGS;
      });
      if (terms.length < all.length) plan.notes.push(note);
      return terms.map((term) => {
        found.set(term, candidates.get(term));
        return { term, fields, boost: 1, presence: lunr.Query.presence.OPTIONAL, usePipeline: false };
      });
    }

    // Roles and lengths of the documents named, or of all: {role(document), length(document, field)}.
    async function loadDocuments(manifest, documents) {
      const count = manifest.fields.length;
      const places = documents
        ? new Set(Array.from(documents, (document) => lastNotAbove(manifest.partFirst, document)))
        : range(0, manifest.partFirst.length - 1);
      const parts = new Map();
      await Promise.all(Array.from(places, async (place) => {
        parts.set(place, await loadDecoded(
          manifest.partNames[place], (data) => sitegen.manifest.decodeDocuments(data, count)));
      }));
      const partOf = (document) => {
        const place = lastNotAbove(manifest.partFirst, document);
        return [parts.get(place), document - manifest.partFirst[place]];
      };
      return {
        role(document) {
          const [part, offset] = partOf(document);
          return part.roles[offset];
        },
        length(document, field) {
          const [part, offset] = partOf(document);
          return part.lengths[offset * count + field];
        },
      };
    }

    function namedDocuments(entries) {
      const result = new Set();
      for (const entry of entries.values()) {
        for (const field of entry.fields) for (const document of field.documents) result.add(document);
      }
      return result;
    }

    function query(index, clauses) {
      return index.query((lunrQuery) => {
        for (const clause of clauses) lunrQuery.clauses.push(Object.assign({}, clause));
      });
    }

    // Lunr's results for a plan, best first, and the roles and lengths of their documents.
    async function results(manifest, plan) {
      const found = new Map();
      const clauses = plan.clauses.concat(...plan.excluded.map((group) => group.clauses));
      const [prefixClauses] = await Promise.all([
        findPrefix(manifest, plan, found),
        ...clauses.map((clause) => find(manifest, clause, found)),
      ]);
      const entries = new Map();
      for (const [term, text] of found) {
        entries.set(term, sitegen.manifest.decodePostings(text, manifest.fields.length));
      }
      const asked = plan.clauses.concat(prefixClauses);
      const isNegated = asked.every((clause) => clause.presence === lunr.Query.presence.PROHIBITED);
      const documents = await loadDocuments(manifest, isNegated ? null : namedDocuments(entries));
      const index = sitegen.assembleIndex(manifest, entries, documents.length, isNegated);
      const excluded = new Set();
      for (const group of plan.excluded) {
        const matches = query(index, group.clauses);
        const held = group.phrase
          ? await holding(manifest, matches, [group.phrase])
          : { matches, isWhole: true };
        if (!held.isWhole) plan.notes.push(PHRASE_NOTE);
        for (const match of held.matches) excluded.add(match.ref);
      }
      return { matches: query(index, asked).filter((match) => !excluded.has(match.ref)), documents };
    }

    // The matches whose text holds every phrase. Fragments are let go again: there may be hundreds.
    async function holding(manifest, matches, phrases) {
      const byConversation = new Map();
      for (const match of matches) {
        const place = lastNotAbove(manifest.firsts, Number(match.ref));
        if (!byConversation.has(place)) byConversation.set(place, []);
        byConversation.get(place).push(match);
      }
      const kept = new Set();
      const places = Array.from(byConversation.keys()).slice(0, MOST_PHRASE_CONVERSATIONS);
      const check = async (place) => {
        const conversation = manifest.conversations[place];
        const fragment = await loadFragment(conversation);
        for (const match of byConversation.get(place)) {
          const document = fragment[Number(match.ref) - conversation.first];
          if (document && phrases.every((phrase) => holds(manifest, document, phrase))) kept.add(match);
        }
        shards.forget("text/" + conversation.key);
      };
      for (let i = 0; i < places.length; i += FRAGMENTS_AT_ONCE) {
        await Promise.all(places.slice(i, i + FRAGMENTS_AT_ONCE).map(check));
      }
      return { matches: matches.filter((match) => kept.has(match)), isWhole: places.length === byConversation.size };
    }

    function holds(manifest, document, phrase) {
      return phrase.fields.some((field) => {
        const text = document[2 + manifest.fields.indexOf(field)];
        return text && sitegen.text.phrase(text).includes(phrase.phrase);
      });
    }

    function admits(filters, conversation) {
      const { from, to, source, folder, role, code } = filters;
      return (!from || (conversation.date !== "" && conversation.date >= from))
        && (!to || (conversation.date !== "" && conversation.date <= to))
        && (!source || conversation.source === source)
        && (!folder || conversation.folder === folder || conversation.folder.startsWith(folder + "/"))
        && (!role || (conversation.features & (1 << ROLES.indexOf(role))) !== 0)
        && (!code || (conversation.features & HAS_CODE) !== 0);
    }

    function admitsDocument(filters, manifest, documents, document) {
      return (!filters.role || ROLES[documents.role(document)] === filters.role)
        && (!filters.code || documents.length(document, manifest.fields.indexOf("code")) > 0);
    }

    // Matches as conversations in the order of their best match; a head stands or falls with its conversation.
    function grouped(manifest, filters, matches, documents) {
      const groups = new Map();
      for (const match of matches) {
        const document = Number(match.ref);
        const conversation = manifest.conversations[lastNotAbove(manifest.firsts, document)];
        const isHead = document === conversation.first;
        if (!admits(filters, conversation)) continue;
        if (!isHead && !admitsDocument(filters, manifest, documents, document)) continue;
        if (!groups.has(conversation.key)) groups.set(conversation.key, { conversation, hits: [], terms: new Set() });
        const group = groups.get(conversation.key);
        const terms = Object.keys(match.matchData.metadata);
        for (const term of terms) group.terms.add(term);
        if (!isHead) group.hits.push({ place: document - conversation.first, score: match.score, terms });
      }
      return Array.from(groups.values());
    }

    function listing(manifest, filters) {
      return manifest.conversations.filter((conversation) => admits(filters, conversation)).reverse()
        .map((conversation) => ({ conversation, hits: [], terms: new Set() }));
    }

    // Lunr's results for a query without filters: {matches: [{ref, score, matchData}], documents, plan}.
    async function rank(text) {
      const manifest = await open();
      const plan = sitegen.query.parse(text, manifest.fields, manifest.languages);
      return Object.assign({ plan }, await results(manifest, plan));
    }

    // {groups: [{conversation, hits: [{place, score, terms}], terms}], messages, isListing, notes}; sentences in notes.
    async function run(text, filters) {
      const manifest = await open();
      const plan = sitegen.query.parse(text, manifest.fields, manifest.languages);
      const isListing = plan.clauses.length + plan.excluded.length === 0;
      if (isListing) return { groups: listing(manifest, filters), messages: 0, isListing, notes: plan.notes };
      const { matches, documents } = await results(manifest, plan);
      const { matches: kept, isWhole } = plan.phrases.length > 0
        ? await holding(manifest, matches, plan.phrases)
        : { matches, isWhole: true };
      if (!isWhole) plan.notes.push(PHRASE_NOTE);
      const groups = grouped(manifest, filters, kept, documents);
      const messages = groups.reduce((sum, group) => sum + group.hits.length, 0);
      return { groups, messages, isListing, notes: plan.notes };
    }

    // A form of `term` that some text holds, as a person would write it.
    async function spelled(manifest, term) {
      const found = new Map();
      await find(manifest, { term }, found);
      const entries = sitegen.manifest.decodePostings(found.get(term), manifest.fields.length);
      const document = Math.min(...entries.fields.map((field) => field.documents[0]).filter((n) => n !== undefined));
      const conversation = manifest.conversations[lastNotAbove(manifest.firsts, document)];
      const texts = (await loadFragment(conversation))[document - conversation.first].slice(2);
      const place = texts.flatMap(sitegen.text.places).find((candidate) => candidate[3] === term || candidate[2] === term);
      return place ? place[2] : term;
    }

    // The query with each unknown word replaced by the nearest known one; "" when there is none.
    async function suggest(text) {
      if (/[*~]/.test(text)) return "";
      const manifest = await open();
      const list = await loadWords(manifest);
      const known = new Set(list.terms);
      let result = text;
      for (const word of new Set(sitegen.text.queryWords(text).filter((w) => w.length === 1).flat())) {
        const term = manifest.languages.includes("en") ? sitegen.text.stem(word) : word;
        const nearest = known.has(term) || manifest.fields.includes(word) ? null : sitegen.words.nearest(term, list);
        if (nearest === null) continue;
        const better = await spelled(manifest, nearest);
        result = result.replace(/[^\s"+:-]+/g, (part) => (sitegen.text.folded(part) === word ? better : part));
      }
      return result === text ? "" : result;
    }

    return { open, rank, run, suggest, fragment: loadFragment };
  };
})(sitegen);
