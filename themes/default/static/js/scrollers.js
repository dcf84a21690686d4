"use strict";
/* What is wider than its place scrolls inside itself, also by keys: while it does, it can have the focus. Owns the program
 * texts and formulas of a conversation. */
(function (sitegen) {
  function fit(element) {
    const isScrolling = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
    if (isScrolling) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }

  // The observer tells of each once it is laid out, and again when a fold opens or the text grows.
  function start(elements) {
    const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => fit(target)));
    elements.forEach((element) => observer.observe(element));
  }

  sitegen.scrollers = { start };
  start(document.querySelectorAll("main :is(pre, math[display='block'])"));
})(sitegen);
