"use strict";
/* Keys that act on the page: one table of them, that other scripts add to by `on`. None acts while something is typed,
 * with a modifier, in a dialog, or when the reader switched them off. Owns the dialog [data-keys-list] that names them and the
 * buttons [data-keys-open] that show it. */
(function (sitegen) {
  const actions = new Map();

  function isOff() {
    return document.documentElement.dataset.keys === "off";
  }

  function isTyping(target) {
    return target instanceof Element && target.closest("input, select, textarea, [contenteditable]") !== null;
  }

  function isShortcut(event) {
    const isModified = event.ctrlKey || event.metaKey || event.altKey;
    const isTaken = event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]") !== null;
    return !isModified && !isTaken && !isTyping(event.target) && !isOff();
  }

  // The key does `act`; with `false` as its answer, nothing: then it is the browser's.
  function on(key, act) {
    actions.set(key, act);
  }

  // The first of the elements after `place` (step 1), or the last before it (step -1).
  function beside(elements, place, step) {
    const is = (side) => (element) => (place.compareDocumentPosition(element) & side) !== 0;
    return step > 0
      ? elements.find(is(Node.DOCUMENT_POSITION_FOLLOWING))
      : elements.findLast(is(Node.DOCUMENT_POSITION_PRECEDING));
  }

  function move(step) {
    const rows = Array.from(document.querySelectorAll("main :is(.row-title, .entry-name a, .result-title)"));
    const next = beside(rows, document.activeElement, step);
    if (!next) return false;
    next.focus();
    return true;
  }

  function startRows() {
    on("j", () => move(1));
    on("k", () => move(-1));
  }

  function startDialog(dialog) {
    const open = () => dialog.showModal();
    on("?", open);
    document.querySelectorAll("[data-keys-open]").forEach((button) => button.addEventListener("click", open));
    dialog.addEventListener("click", (event) => {
      // The dialog itself is hit only beside its content.
      if (event.target === dialog || event.target.closest("[data-keys-close]")) dialog.close();
    });
  }

  // On the window, so that scripts that listen on the document come first.
  window.addEventListener("keydown", (event) => {
    const act = actions.get(event.key);
    if (act && isShortcut(event) && act() !== false) event.preventDefault();
  });

  sitegen.keys = { isOff, isShortcut, on, beside };
  startRows();
  document.querySelectorAll("[data-keys-list]").forEach(startDialog);
})(sitegen);
