"use strict";
/* What filters ask of conversations, how many there are behind each choice, and in which order conversations come.
 * The counterpart of `columns` in sitegen/search/table.py. Pure.
 *
 * Filters are {from, to, source, folder, tag, role, code, model, language, files, starred, account}, strings, "" for any. What
 * a filter asks of a message (role, code) is held against the messages found: `traits` of a conversation has a bit per
 * pair of role and code, twice the role's number plus one for code, that some message found in it has. */
(function (sitegen) {
  const ROLES = ["", "user", "assistant", "system", "tool"];
  const HAS_CODE = 1 << ROLES.length;
  const FIRST_DAY = 719163; // 1970-01-01, where 1 is 0001-01-01
  const CODE_TRAITS = 0b1010101010;
  const SET_FILTERS = { source: "sources", folder: "folders", tag: "flags", model: "models", language: "languages" };
  const FLAG_FILTERS = { files: ["files"], starred: ["starred", "pinned"] };
  const GONE = "only here";
  const NO_TAGS = ["", "files", GONE];

  function dayOf(date) {
    return Math.round(Date.parse(date + "T00:00:00Z") / 86400000) + FIRST_DAY;
  }

  function readDays(text) {
    const numbers = sitegen.manifest.numbers(text);
    const days = new Uint32Array(Math.max(0, numbers.length - 1) + (numbers[0] || 0));
    let day = 0;
    for (let i = 1; i < numbers.length; i++) days[numbers[0] + i - 1] = day += numbers[i];
    return days;
  }

  function readChosen(column) {
    return { names: column.names, sets: column.sets, each: sitegen.manifest.numbers(column.each) };
  }

  // Whether each set of a column holds a name that `wants(name)`, as a byte per set.
  function setsWith(column, wants) {
    const wanted = column.names.map(wants);
    return Uint8Array.from(column.sets, (set) => (set.some((place) => wanted[place]) ? 1 : 0));
  }

  function traitsAsked({ role, code }) {
    const roleTraits = role ? 3 << (2 * ROLES.indexOf(role)) : 0b1111111111;
    return code ? roleTraits & CODE_TRAITS : roleTraits;
  }

  sitegen.facets = {
    read(data) {
      return {
        days: readDays(data.days),
        features: sitegen.manifest.numbers(data.features),
        sources: readChosen(data.sources),
        sourceLabels: data.sourceLabels,
        folders: readChosen(data.folders),
        flags: readChosen(data.flags),
        models: readChosen(data.models),
        languages: readChosen(data.languages),
      };
    },

    // Whether filters ask anything of the conversations, or of the messages in them.
    asksConversations: (filters) => Object.keys(filters).some((name) => filters[name] !== ""),
    asksMessages: (filters) => Boolean(filters.role || filters.code),

    // The traits of a conversation as a whole, as far as they are known.
    traitsOf(facets, conversation) {
      const features = facets.features[conversation];
      let traits = 0;
      for (let role = 1; role < ROLES.length; role++) {
        if (features & (1 << role)) traits |= (features & HAS_CODE ? 3 : 1) << (2 * role);
      }
      return traits;
    },

    traitsAsked,

    // The tests of `filters` that ask something: [{name, admits(conversation, traits)}].
    tests(facets, filters) {
      const result = [];
      const add = (name, admits) => result.push({ name, admits });
      const { days } = facets;
      if (filters.from || filters.to) {
        const from = filters.from ? dayOf(filters.from) : 1;
        const to = filters.to ? dayOf(filters.to) : Infinity;
        add("date", (conversation) => days[conversation] >= from && days[conversation] <= to);
      }
      for (const [name, column] of Object.entries(SET_FILTERS)) {
        const value = filters[name];
        if (!value) continue;
        const isWanted = name === "folder"
          ? (other) => other === value || other.startsWith(value + "/")
          : (other) => other === value;
        const wanted = setsWith(facets[column], isWanted);
        add(name, (conversation) => wanted[facets[column].each[conversation]] === 1);
      }
      const { flags } = facets;
      for (const [name, words] of Object.entries(FLAG_FILTERS)) {
        if (!filters[name]) continue;
        const wanted = setsWith(flags, (flag) => words.includes(flag));
        add(name, (conversation) => wanted[flags.each[conversation]] === 1);
      }
      if (filters.account) {
        const gone = setsWith(flags, (flag) => flag === GONE);
        const value = filters.account === "gone" ? 1 : 0;
        add("account", (conversation) => gone[flags.each[conversation]] === value);
      }
      if (filters.role || filters.code) {
        const asked = traitsAsked(filters);
        add("traits", (conversation, traits) => (traits & asked) !== 0);
      }
      return result;
    },

    // How many of `found`, [conversation, traits] each, a choice of one filter would leave, were it chosen beside the
    // others: {source: Map, folder: Map, ..., role: Map, code: number, ...}. A folder counts what is below it.
    counts(facets, filters, found) {
      const tests = sitegen.facets.tests(facets, filters);
      const result = { code: 0, files: 0, starred: 0, account: new Map(), role: new Map() };
      const perSet = {};
      for (const [name, column] of Object.entries(SET_FILTERS)) {
        perSet[name] = new Uint32Array(facets[column].sets.length);
      }
      const flags = facets.flags;
      const isGone = setsWith(flags, (flag) => flag === GONE);
      const hasFlag = Object.fromEntries(Object.entries(FLAG_FILTERS).map(
        ([name, words]) => [name, setsWith(flags, (flag) => words.includes(flag))]));
      const asRole = ROLES.map((role) => traitsAsked({ role, code: filters.code }));
      const withCode = traitsAsked({ role: filters.role, code: "1" });
      for (const [conversation, traits] of found) {
        const failed = tests.filter((test) => !test.admits(conversation, traits));
        if (failed.length > 1) continue;
        const counts = (name) => failed.length === 0 || failed[0].name === name;
        for (const name of Object.keys(SET_FILTERS)) {
          if (counts(name)) perSet[name][facets[SET_FILTERS[name]].each[conversation]]++;
        }
        const set = flags.each[conversation];
        if (counts("files")) result.files += hasFlag.files[set];
        if (counts("starred")) result.starred += hasFlag.starred[set];
        if (counts("account")) {
          const value = isGone[set] ? "gone" : "here";
          result.account.set(value, (result.account.get(value) || 0) + 1);
        }
        if (counts("traits")) {
          if (traits & withCode) result.code++;
          for (let role = 1; role < ROLES.length; role++) {
            if (traits & asRole[role]) result.role.set(ROLES[role], (result.role.get(ROLES[role]) || 0) + 1);
          }
        }
      }
      for (const [name, column] of Object.entries(SET_FILTERS)) {
        result[name] = new Map();
        facets[column].sets.forEach((set, i) => {
          const names = set.map((place) => facets[column].names[place]).filter((value) => value !== "");
          const choices = new Set(name === "folder" ? names.flatMap(sitegen.facets.foldersAbove) : names);
          for (const choice of choices) {
            if (perSet[name][i]) result[name].set(choice, (result[name].get(choice) || 0) + perSet[name][i]);
          }
        });
      }
      return result;
    },

    // What of the flags a person would call a tag, by name.
    tags: (facets) => facets.flags.names.filter((name) => !NO_TAGS.includes(name)),

    // A flag as people read it: a provider's in the language of the site, a tag as it is.
    labelOfFlag(flag) {
      switch (flag) {
        case "starred": return sitegen.say("starred");
        case "pinned": return sitegen.say("pinned");
        case "archived": return sitegen.say("archived");
        case "temporary": return sitegen.say("temporary");
        case GONE: return sitegen.say("only here");
        default: return flag;
      }
    },

    // A folder and all that it lies in.
    foldersAbove(folder) {
      const steps = folder.split("/");
      return steps.map((_, i) => steps.slice(0, i + 1).join("/"));
    },
  };
})(sitegen);
