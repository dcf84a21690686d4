"use strict";
/* Loads what conversations say, for passages and phrases: of a long one, only the files that hold what is asked for. */
(function (sitegen) {
  const MOST_KEPT = 400;
  const { lastNotAbove } = sitegen.manifest;

  sitegen.texts = function (shards) {
    const kept = new Set();

    function load(name) {
      kept.delete(name);
      kept.add(name);
      if (kept.size > MOST_KEPT) {
        const [oldest] = kept;
        kept.delete(oldest);
        shards.forget(oldest);
      }
      return shards.load(name);
    }

    return {
      // The document at `place` of a conversation (a row of the table): [anchor, role, ...texts by field].
      async document({ key, textFirsts }, place) {
        const number = Math.max(0, lastNotAbove(textFirsts, place));
        const documents = await load("text/" + key + (number > 0 ? "." + (number + 1) : ""));
        return documents[place - (textFirsts[number] || 0)];
      },
    };
  };
})(sitegen);
