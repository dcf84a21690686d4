"use strict";
/* The parts of the index that are not found by a term, each loaded when it is first asked for, and once. */
(function (sitegen) {
  const { lastNotAbove } = sitegen.manifest;

  sitegen.index = function (fetchScript) {
    const shards = sitegen.shards(fetchScript);
    const texts = sitegen.texts(shards);
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
          async (name) => sitegen.manifest.pairs(await shards.load(name)))), () => (features = null));
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
            parts.forEach((part, i) => sitegen.manifest.readLengths(part, lengths, i * manifest.parts.size));
            return lengths;
          }), () => tables.delete(field)));
        }
        return tables.get(field);
      }));
    }

    async function row(manifest, conversation) {
      const { firsts, names } = manifest.blocks;
      const block = lastNotAbove(firsts, conversation);
      const rows = await shards.load(names[block]);
      return sitegen.manifest.conversation(rows[conversation - firsts[block]], manifest.labels);
    }

    return {
      // {manifest, postings}: what is known of the whole, and sitegen.postings.
      open,
      equip,
      facets: loadFacets,
      features: loadFeatures,
      tables: loadTables,
      row,
      document: texts.document,
    };
  };
})(sitegen);
