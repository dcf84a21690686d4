"use strict";
/* Added by `sitegen watch --serve` to the pages it sends; no file of the site holds it. Asks once a second whether this
 * page has a newer version and then loads it, with the same parts unfolded. The page's policy forbids fetch, so a
 * question is a script. Only the page that can be seen asks: browsers allow few connections to one server at a time,
 * and twenty open pages must not use them up. */
(function () {
  const PAUSE = 1000;
  const LONGEST_PAUSE = 10000;
  const version = document.currentScript.dataset.version;
  const place = "sitegen-reload:" + location.pathname;
  let pause = PAUSE;
  let timer = 0;
  let isAsking = false;
  let isLeaving = false;

  // --- asking --------------------------------------------------------------------------------------------------

  function ask() {
    clearTimeout(timer);
    if (isAsking || isLeaving || document.hidden) return;
    isAsking = true;
    const question = document.createElement("script");
    question.src = "/.sitegen/changed.js?page=" + encodeURIComponent(location.pathname) + "&version=" + version;
    const askAgain = function (after) {
      question.remove();
      isAsking = false;
      pause = after;
      timer = setTimeout(ask, pause);
    };
    question.onload = () => askAgain(PAUSE);
    question.onerror = () => askAgain(Math.min(2 * pause, LONGEST_PAUSE));
    document.head.append(question);
  }

  window.sitegenReload = {
    // Called by the answer.
    answer(isNewer) {
      if (!isNewer) return;
      isLeaving = true;
      remember();
      location.reload();
    },
  };

  // --- what the reader has unfolded ----------------------------------------------------------------------------
  // Browsers come back to the place where they were by themselves, if what lies above it is as high as before.

  // Each fold by the nearest element with an id, which stays the same when other parts of the page change.
  function folds() {
    const found = new Map();
    const counts = new Map();
    for (const fold of document.querySelectorAll("details")) {
      const holder = fold.closest("[id]");
      const id = holder ? holder.id : "";
      const number = counts.get(id) || 0;
      counts.set(id, number + 1);
      found.set(id + " " + number, fold);
    }
    return found;
  }

  function remember() {
    try {
      sessionStorage.setItem(place, JSON.stringify(Array.from(folds(), ([key, fold]) => [key, fold.open])));
    } catch (error) {
      console.info("What is unfolded can’t be remembered:", error.message); // storage is switched off, or full
    }
  }

  function restore() {
    const found = folds();
    try {
      for (const [key, isOpen] of JSON.parse(sessionStorage.getItem(place)) || []) {
        if (found.has(key)) found.get(key).open = isOpen;
      }
      sessionStorage.removeItem(place);
    } catch (error) {
      console.info("What was unfolded is not known:", error.message);
    }
  }

  restore();
  document.addEventListener("visibilitychange", ask);
  timer = setTimeout(ask, PAUSE);
})();
