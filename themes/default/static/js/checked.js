"use strict";
/* Results of which each has to be looked at before it counts, looked at only as far as somebody wants to see them. */
(function (sitegen) {
  const MOST_AT_A_TIME = 200;
  const AT_ONCE = 20;

  // `candidates` are groups in the order of `compare`. `look(group)` gives a promise of what is left of one, which never
  // comes before the group itself in that order, or of null; without it, all candidates are results.
  sitegen.checked = function (candidates, compare, look) {
    let looked = look ? 0 : candidates.length;
    let left = look ? [] : candidates;
    let results = left;
    let working = Promise.resolve();

    async function go(wanted, isWanted) {
      const last = Math.min(candidates.length, looked + MOST_AT_A_TIME);
      while (results.length < wanted && looked < last && isWanted()) {
        const some = candidates.slice(looked, Math.min(last, looked + AT_ONCE));
        const found = await Promise.all(some.map(look));
        looked += some.length;
        left = left.concat(found.filter((group) => group !== null)).sort(compare);
        // One that lost its best message may come after candidates that nobody has looked at yet.
        const next = candidates[looked];
        const end = next ? left.findIndex((group) => compare(group, next) > 0) : -1;
        results = end < 0 ? left : left.slice(0, end);
      }
    }

    return {
      // Looks at candidates until there are `wanted` results, none is left, it has been at many, or nobody wants it to.
      upTo(wanted, isWanted = () => true) {
        working = working.catch(() => null).then(() => go(wanted, isWanted));
        return working;
      },
      // The results so far, in order.
      results: () => results,
      looked: () => looked,
      isWhole: () => looked === candidates.length,
    };
  };
})(sitegen);
