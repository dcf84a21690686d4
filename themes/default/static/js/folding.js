"use strict";
/* Folded parts of a conversation: a link to something inside one opens it, and two buttons open and fold them all.
 * Owns the elements [data-unfold] and [data-fold]. Opening twice does no harm, so other scripts may do the same. */
(function (sitegen) {
  const FOLDS = ".page-conversation .transcript details:not(.branch)"; // branches have arrows

  // Shows an element: its branch, and every fold around it. Tells whether anything had to change.
  function reveal(element) {
    let changed = sitegen.branches ? sitegen.branches.show(element) : false;
    for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      changed = changed || !fold.open;
      fold.open = true;
    }
    const code = element.closest(".code-long");
    if (code && code !== element) code.querySelector(".code-fold").open = true;
    return changed;
  }

  // The element that "#…" names, or null.
  function target(hash) {
    try {
      return document.getElementById(decodeURIComponent(hash.slice(1)));
    } catch (error) {
      if (error instanceof URIError) return null;
      throw error;
    }
  }

  function land() {
    const element = target(location.hash);
    if (element && reveal(element)) element.scrollIntoView();
    if (sitegen.branches) sitegen.branches.keep();
  }

  // What stands at the top of the screen stays there, whatever opens above it.
  function foldAll(open) {
    const seen = document.elementFromPoint(window.innerWidth / 2, window.innerHeight / 3);
    const message = seen && seen.closest("[data-message]");
    const top = message ? message.getBoundingClientRect().top : 0;
    document.querySelectorAll(FOLDS).forEach((fold) => (fold.open = open));
    if (message) window.scrollBy({ top: message.getBoundingClientRect().top - top, behavior: "instant" });
  }

  // Opens everything or, where all is open, folds it. Tells whether there was anything.
  function toggleAll() {
    const folds = [...document.querySelectorAll(FOLDS)];
    if (folds.length > 0) foldAll(!folds.every((fold) => fold.open));
    return folds.length > 0;
  }

  function startButton(button, open) {
    button.hidden = document.querySelector(FOLDS) === null;
    button.addEventListener("click", () => foldAll(open));
  }

  function start() {
    document.querySelectorAll("[data-unfold]").forEach((button) => startButton(button, true));
    document.querySelectorAll("[data-fold]").forEach((button) => startButton(button, false));
    window.addEventListener("hashchange", land);
    // A second click on the same link changes no address, but must open its fold again.
    document.addEventListener("click", (event) => {
      const link = event.defaultPrevented ? null : event.target.closest("a[href^='#']");
      const element = link && target(link.hash);
      if (element) reveal(element);
    });
    land();
  }

  sitegen.folding = { reveal, target, start, toggleAll };
  start();
})(sitegen);
