"use strict";
/* Added by `sitegen watch --serve` to the pages it sends; no file of the site holds it. Asks once a second whether this
 * page has a newer version and then loads it, at the place where the reader is. The page's policy forbids fetch, so a
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

  // --- the reader's place --------------------------------------------------------------------------------------
  // The browser's own way back is no help: it counts pixels, and what lies above may be higher than before.

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

  // What is being read: the last visible element with an id that begins above the top of the window.
  function beingRead() {
    let last = null;
    for (const element of document.querySelectorAll("main [id]")) {
      if (element.getClientRects().length > 0 && element.getBoundingClientRect().top <= 1) last = element;
    }
    return last;
  }

  function remember() {
    const element = beingRead();
    const kept = {
      open: Array.from(folds(), ([key, fold]) => [key, fold.open]),
      id: element ? element.id : "",
      offset: element ? element.getBoundingClientRect().top : 0,
      top: window.scrollY,
    };
    try {
      sessionStorage.setItem(place, JSON.stringify(kept));
    } catch (error) {
      console.info("The place can’t be remembered:", error.message); // storage is switched off, or full
    }
  }

  function takeKept() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(place));
      sessionStorage.removeItem(place);
      return kept;
    } catch (error) {
      console.info("The place is not known:", error.message);
      return null;
    }
  }

  function scrollBack(kept) {
    const element = document.getElementById(kept.id);
    if (element) window.scrollBy(0, element.getBoundingClientRect().top - kept.offset);
    else window.scrollTo(0, kept.top);
  }

  function restore(kept) {
    const found = folds();
    for (const [key, isOpen] of kept.open) if (found.has(key)) found.get(key).open = isOpen;
    history.scrollRestoration = "manual";
    scrollBack(kept);
    // Pictures and other scripts may have moved it since.
    window.addEventListener("load", () => {
      scrollBack(kept);
      // Not at once: the browser would do it its own way now. It is to do so when the reader comes back later.
      setTimeout(() => {
        history.scrollRestoration = "auto";
      }, PAUSE);
    });
  }

  const kept = takeKept();
  if (kept) restore(kept);
  document.addEventListener("visibilitychange", ask);
  timer = setTimeout(ask, PAUSE);
})();
