"use strict";
/* Reading along a branch: the arrows at a fork show another version, and what followed it, in place of this one. All
 * branches are in the page, at the turn where they leave; what is not read along is put away with hidden=until-found, so
 * that find in the page still comes to it, and shows its branch. Owns .fork, details.branch and
 * [data-branch-map]; says "sitegen:path" on the document when the way through the conversation has changed. */
(function (sitegen) {
  const RUN = "details.branch:not(.branch-group)";
  const putAway = [];
  const opened = [];
  let current = ""; // the id of the branch that is read along; "" is the active one

  const runOf = (element) => (element ? element.closest(RUN) : null);

  // The message that a branch continues from, or null where it begins the conversation.
  function parentOf(run) {
    const link = run.querySelector(":scope > .branch-content > .branch-parent > a");
    return link ? document.getElementById(decodeURIComponent(link.hash.slice(1))) : null;
  }

  // The branches from the one that leaves the active branch down to this one.
  function chainTo(run) {
    const chain = [];
    for (let next = run; next && !chain.includes(next); next = runOf(parentOf(next))) chain.unshift(next);
    return chain;
  }

  function away(element) {
    element.setAttribute("hidden", "until-found");
    putAway.push(element);
  }

  function awayFrom(element) {
    for (let next = element; next; next = next.nextElementSibling) away(next);
  }

  function open(fold) {
    fold.setAttribute("data-reading", "");
    fold.removeAttribute("hidden");
    fold.open = true;
    opened.push(fold);
  }

  function clear() {
    for (const element of putAway.splice(0)) element.removeAttribute("hidden");
    for (const fold of opened.splice(0)) {
      fold.removeAttribute("data-reading");
      fold.setAttribute("hidden", "until-found");
    }
  }

  function markMap() {
    for (const link of document.querySelectorAll("[data-branch-map] a")) {
      const message = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      const isRead = message && !message.closest("[hidden]");
      if (isRead) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  // Shows the conversation along the branch `run`; along the active one for null.
  function read(run) {
    const id = run ? run.id : "";
    if (id === current) return false;
    current = id;
    clear();
    const chain = run ? chainTo(run) : [];
    if (run) {
      const turn = chain[0].closest(".turn");
      away(turn.querySelector(":scope > .message"));
      awayFrom(turn.nextElementSibling);
      chain.slice(1).forEach((next) => awayFrom(parentOf(next).nextElementSibling));
      chain.forEach(open);
      const group = turn.querySelector(":scope > .branch-group");
      if (group) open(group);
    }
    markMap();
    document.dispatchEvent(new CustomEvent("sitegen:path"));
    return true;
  }

  // Shows the branch that an element stands in unless it is the one that is read; tells whether anything changed.
  function show(element) {
    return element.closest("[hidden]") !== null && read(runOf(element));
  }

  // Which branch is read along belongs to the place in the history, so that Back comes to it again.
  function keep() {
    try {
      history.replaceState({ ...history.state, branch: current }, "");
    } catch (error) {
      if (error.name !== "SecurityError") throw error;
    }
  }

  function onArrow(event, link) {
    const next = sitegen.folding.target(link.hash);
    if (!next) return;
    event.preventDefault();
    keep();
    const { top } = link.getBoundingClientRect();
    const direction = link.dataset.step;
    read(runOf(next));
    location.hash = link.hash;
    keep();
    const arrows = next.querySelector(".fork");
    const arrow = arrows.querySelector(`a[data-step="${direction}"]`) || arrows.querySelector("a");
    window.scrollBy({ top: arrow.getBoundingClientRect().top - top, behavior: "instant" });
    arrow.focus({ preventScroll: true });
  }

  function start() {
    const branches = document.querySelectorAll("details.branch");
    if (branches.length === 0) return;
    branches.forEach((branch) => branch.setAttribute("hidden", "until-found"));
    document.addEventListener("click", (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const link = event.target.closest(".fork a");
      if (link) onArrow(event, link);
    });
    document.addEventListener("beforematch", (event) => show(event.target));
    window.addEventListener("popstate", (event) => {
      if (!event.state || event.state.branch === undefined) return;
      read(event.state.branch ? document.getElementById(event.state.branch) : null);
    });
  }

  sitegen.branches = { show, keep, start };
  start();
})(sitegen);
