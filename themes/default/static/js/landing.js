"use strict";
/* Where a search result leads: shows the message that the address names, opens what folds it away, and marks the words
 * of `?mark=`. Does nothing on a page that no search led to. */
(function (sitegen) {
  const terms = new URLSearchParams(location.search).get("mark");
  if (terms === null) return;

  const SKIPPED = "script, style, mark, svg, math, select, textarea, button";
  const MOST_MARKS = 2000;
  const NEEDED = ["vendor/lunr-2.3.9.min.js", "js/alphabet.js", "js/text.js", "js/passages.js"];

  function target() {
    try {
      return document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch (error) {
      if (error instanceof URIError) return null;
      throw error;
    }
  }

  function unfold(element) {
    for (let fold = element; fold; fold = fold.parentElement && fold.parentElement.closest("details")) {
      if (fold instanceof HTMLDetailsElement) fold.open = true;
    }
  }

  function load(path) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = (document.documentElement.dataset.root || "") + "assets/" + path;
      script.async = false;
      script.onload = resolve;
      script.onerror = () => reject(new Error(path + " can’t be read"));
      document.head.append(script);
    });
  }

  function textNodes(element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement.closest(SKIPPED) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const result = [];
    while (walker.nextNode()) result.push(walker.currentNode);
    return result;
  }

  // Marks each word of `wanted` below `element`; gives the marks.
  function markWords(element, wanted) {
    const marks = [];
    for (const node of textNodes(element)) {
      let rest = node;
      let position = 0;
      for (const [from, to] of sitegen.passages.marked(node.data, wanted)) {
        if (marks.length >= MOST_MARKS) return marks;
        const word = rest.splitText(from - position);
        rest = word.splitText(to - from);
        position = to;
        const mark = document.createElement("mark");
        mark.textContent = word.data;
        word.replaceWith(mark);
        marks.push(mark);
      }
    }
    return marks;
  }

  // The first mark that can be seen, or else the first, with its folds opened.
  function show(marks, element) {
    const visible = marks.find((mark) => mark.closest("details:not([open])") === null);
    const first = visible || marks[0] || element;
    unfold(first);
    const isFar = element && first !== element && first.offsetTop - element.offsetTop > window.innerHeight;
    (isFar || !element ? first : element).scrollIntoView({ block: isFar || !element ? "center" : "start" });
  }

  const element = target();
  if (element) {
    unfold(element);
    element.scrollIntoView();
  }
  Promise.all(NEEDED.map(load)).then(() => {
    const within = element || document.querySelector("main") || document.body;
    const marks = markWords(within, new Set(terms.split(" ").filter((term) => term !== "")));
    if (element) show(marks, element);
  }).catch((error) => console.info("The words are not marked:", error.message));
})(sitegen);
