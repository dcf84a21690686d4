"use strict";
/* Runs before anything is drawn, so that nothing jumps or flashes: says that scripts run, and sets the colours that
 * the reader chose. Everything else waits until the page is read. */
(function () {
  const root = document.documentElement;
  root.toggleAttribute("data-js", true);
  try {
    const chosen = localStorage.getItem("sitegen-theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch (error) {
    // Storage is switched off: the system's colours stay.
  }
})();
