"use strict";
/* Where a search result leads: shows the message that the address names, opens what folds it away, marks the words of
 * `?mark=`, and offers the way from mark to mark. Does nothing on a page that no search led to. */
(function (sitegen) {
  const terms = sitegen.address.query().get("mark");
  if (terms === null) return;

  const SKIPPED = "script, style, mark, svg, math, select, textarea, button";
  const MOST_MARKS = 2000;
  const MOST_TEXT = 4000000; // characters that are looked through for marks
  const NEEDED = ["vendor/lunr-2.3.9.min.js", "js/alphabet.js", "js/stems.js", "js/text.js", "js/passages.js"];
  // Pages name the languages of the search unless it is English alone.
  const { languages = "en" } = document.documentElement.dataset;

  function target() {
    try {
      return document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch (error) {
      if (error instanceof URIError) return null;
      throw error;
    }
  }

  // Pages of themes that leave a script out have no branches to change, or fold nothing but <details>.
  function unfold(element) {
    if (sitegen.folding) sitegen.folding.reveal(element);
    for (let fold = element; fold; fold = fold.parentElement && fold.parentElement.closest("details")) {
      if (fold instanceof HTMLDetailsElement) fold.open = true;
    }
  }

  const load = (path) => sitegen.loadScript(path, { inOrder: true });

  function textNodes(element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement.closest(SKIPPED) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const result = [];
    while (walker.nextNode()) result.push(walker.currentNode);
    return result;
  }

  // Marks each word of `wanted` below `element`, as far as there may be more marks and more text to look through.
  function markWords(element, wanted, allowed) {
    for (const node of textNodes(element)) {
      if (allowed.marks <= 0 || allowed.text <= 0) return;
      allowed.text -= node.data.length;
      let rest = node;
      let position = 0;
      for (const [from, to] of sitegen.passages.marked(node.data, wanted)) {
        if (allowed.marks-- <= 0) return;
        const word = rest.splitText(from - position);
        rest = word.splitText(to - from);
        position = to;
        const mark = document.createElement("mark");
        mark.textContent = word.data;
        word.replaceWith(mark);
      }
    }
  }

  // The first mark in `element` that can be seen, or else the first; null for none.
  function firstIn(element) {
    const marks = Array.from(element.querySelectorAll("mark"));
    return marks.find((mark) => mark.closest("details:not([open])") === null) || marks[0] || null;
  }

  // Shows the message, or its first mark where that is further down than the screen reaches.
  function arrive(element, first) {
    unfold(first || element);
    const isFar = first && first.offsetTop - element.offsetTop > window.innerHeight;
    (isFar ? first : element).scrollIntoView({ block: isFar ? "center" : "start" });
  }

  function button(label, text, keys, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.title = sitegen.say("{action} ({key})", { action: label, key: keys });
    made.setAttribute("aria-label", label);
    made.setAttribute("aria-keyshortcuts", keys);
    made.addEventListener("click", act);
    return made;
  }

  // The bar that leads from mark to mark, beginning at `current`.
  function offerWay(marks, current) {
    let place = Math.max(0, marks.indexOf(current));
    const bar = document.createElement("div");
    bar.className = "match-bar";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", sitegen.say("Words found"));
    const count = document.createElement("span");
    count.setAttribute("role", "status");

    function tell() {
      marks.forEach((mark, i) => mark.classList.toggle("is-current", i === place));
      const values = { place: sitegen.number(place + 1), count: sitegen.number(marks.length) };
      count.textContent = marks.length >= MOST_MARKS
        ? sitegen.say("{place} of {count}+", values)
        : sitegen.say("{place} of {count}", values);
    }

    function go(step) {
      place = (place + step + marks.length) % marks.length;
      unfold(marks[place]);
      marks[place].scrollIntoView({ block: "center" });
      tell();
    }

    function close() {
      document.removeEventListener("keydown", onKey);
      bar.remove();
      for (const mark of marks) mark.replaceWith(...mark.childNodes);
    }

    function onKey(event) {
      if (event.key === "Escape" && !event.defaultPrevented) close();
      else if (!sitegen.keys.isShortcut(event)) return;
      else if (event.key === "n") go(1);
      else if (event.key === "p") go(-1);
      else return;
      event.preventDefault();
    }

    bar.append(
      count,
      button(sitegen.say("Previous match"), "↑", "p", () => go(-1)),
      button(sitegen.say("Next match"), "↓", "n", () => go(1)),
      button(sitegen.say("Clear the marks"), "×", "Escape", close));
    document.addEventListener("keydown", onKey);
    document.body.append(bar);
    tell();
  }

  const element = target();
  if (element) {
    unfold(element);
    element.scrollIntoView();
  }
  Promise.all(NEEDED.map((path) => load("assets/" + path))).then(() => {
    return sitegen.stems.use(languages.split(" ").filter((language) => language !== ""), load);
  }).then(() => {
    const wanted = new Set(terms.split(" ").filter((term) => term !== ""));
    const whole = document.querySelector("main") || document.body;
    const allowed = { marks: MOST_MARKS, text: MOST_TEXT };
    if (element) markWords(element, wanted, allowed);
    const first = element && firstIn(element);
    if (element) arrive(element, first);
    markWords(whole, wanted, allowed);
    const marks = Array.from(whole.querySelectorAll("mark"));
    if (marks.length > 0) offerWay(marks, first || firstIn(whole));
  }).catch((error) => console.info("The words are not marked:", error.message));
})(sitegen);
