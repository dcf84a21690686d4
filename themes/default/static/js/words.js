"use strict";
/* Which terms of a list a pattern means: wildcards and edit distances by Lunr's own automata. Pure. */
(function (sitegen) {
  function step(states, character) {
    const result = new Set();
    for (const state of states) {
      if (Object.hasOwn(state.edges, character)) result.add(state.edges[character]);
      if (Object.hasOwn(state.edges, "*")) result.add(state.edges["*"]);
    }
    return result;
  }

  function isFinal(states) {
    for (const state of states) if (state.final) return true;
    return false;
  }

  // The terms that a Lunr clause means. Neighbours in the list share the work on their common beginning.
  function matching(terms, clause) {
    const found = [];
    const path = [new Set([lunr.TokenSet.fromClause(clause)])];
    let previous = "";
    for (const term of terms) {
      let shared = 0;
      while (shared < previous.length && previous[shared] === term[shared]) shared++;
      path.length = Math.min(path.length, shared + 1);
      while (path.length <= term.length && path[path.length - 1].size > 0) {
        path.push(step(path[path.length - 1], term[path.length - 1]));
      }
      if (path.length === term.length + 1 && isFinal(path[term.length])) found.push(term);
      previous = term;
    }
    return found;
  }

  sitegen.words = { matching };
})(sitegen);
