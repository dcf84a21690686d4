"use strict";
/* Folded parts of a conversation: a link to something inside one opens it, and one button opens them all.
 * Owns the element [data-unfold]. Opening twice does no harm, so other scripts may do the same. */
(function (sitegen) {
  const FOLDS = ".page-conversation details:not([data-outline])";

  // Opens every fold around an element; tells whether one was closed.
  function reveal(element) {
    let opened = false;
    for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      opened = opened || !fold.open;
      fold.open = true;
    }
    return opened;
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
  }

  function startButton(button) {
    const folds = document.querySelectorAll(FOLDS);
    let open = false;
    button.hidden = folds.length === 0;
    button.addEventListener("click", () => {
      open = !open;
      folds.forEach((fold) => (fold.open = open));
      button.textContent = open ? "Fold everything" : "Unfold everything";
    });
  }

  function start() {
    document.querySelectorAll("[data-unfold]").forEach(startButton);
    window.addEventListener("hashchange", land);
    // A second click on the same link changes no address, but must open its fold again.
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const element = link && target(link.hash);
      if (element) reveal(element);
    });
    land();
  }

  sitegen.folding = { reveal, target, start };
  start();
})(sitegen);
