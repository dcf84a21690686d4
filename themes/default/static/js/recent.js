"use strict";
/* The last searches, kept in this browser only. Where it keeps nothing, there are none. */
(function (sitegen) {
  const KEY = "sitegen-recent-searches";
  const MOST = 8;

  function kept(work) {
    if (sitegen.sealed) return null; // nothing of a sealed site is kept
    try {
      return work(window.localStorage);
    } catch (error) {
      // Storage is switched off or full, or holds what is not ours.
      console.info("Recent searches are not kept:", error.message);
      return null;
    }
  }

  function all() {
    const found = kept((storage) => JSON.parse(storage.getItem(KEY) || "[]"));
    return Array.isArray(found) ? found.filter((text) => typeof text === "string").slice(0, MOST) : [];
  }

  sitegen.recent = {
    all,

    add(text) {
      const query = text.trim();
      if (query === "") return;
      const list = [query].concat(all().filter((other) => other !== query)).slice(0, MOST);
      kept((storage) => storage.setItem(KEY, JSON.stringify(list)));
    },

    forget() {
      kept((storage) => storage.removeItem(KEY));
    },
  };
})(sitegen);
