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

  // --- asking --------------------------------------------------------------------------------------------------

  function ask() {
    clearTimeout(timer);
    if (isAsking || document.hidden) return;
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
      remember();
      location.reload();
    },
  };

  // --- the reader's place --------------------------------------------------------------------------------------

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

  // The last element with an id that begins above the top of the window: what is being read.
  function read() {
    let last = null;
    for (const element of document.querySelectorAll("main [id]")) {
      if (element.getClientRects().length > 0 && element.getBoundingClientRect().top <= 1) last = element;
    }
    return last;
  }

  function remember() {
    const element = read();
    const kept = {
      open: Array.from(folds(), ([key, fold]) => [key, fold.open]),
      top: window.scrollY,
      id: element ? element.id : "",
      offset: element ? element.getBoundingClientRect().top : 0,
    };
    try {
      sessionStorage.setItem(place, JSON.stringify(kept));
      history.scrollRestoration = "manual";
    } catch (error) {
      // Storage is switched off: the browser does what it can.
    }
  }

  function takeKept() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(place));
      sessionStorage.removeItem(place);
      return kept;
    } catch (error) {
      return null; // storage is switched off
    }
  }

  function restore(kept) {
    const element = document.getElementById(kept.id);
    if (element) window.scrollBy(0, element.getBoundingClientRect().top - kept.offset);
    else window.scrollTo(0, kept.top);
  }

  const kept = takeKept();
  if (kept) {
    const found = folds();
    for (const [key, open] of kept.open) if (found.has(key)) found.get(key).open = open;
    restore(kept);
    // Pictures and other scripts may have moved it since.
    window.addEventListener("load", () => {
      restore(kept);
      history.scrollRestoration = "auto";
    });
  }

  document.addEventListener("visibilitychange", ask);
  timer = setTimeout(ask, PAUSE);
})();
