"use strict";
/* Runs before anything is drawn, so that nothing jumps or flashes: says that scripts run, and sets what the reader chose
 * under "Display" (display.js). Everything else waits until the page is read. */
(function () {
  const root = document.documentElement;
  root.toggleAttribute("data-js", true);
  try {
    for (const name of ["theme", "size", "density", "keys"]) {
      const chosen = localStorage.getItem("sitegen-" + name);
      if (chosen) root.dataset[name] = chosen;
    }
  } catch (error) {
    // Storage is switched off: everything stays as the pages have it by themselves.
  }
})();
