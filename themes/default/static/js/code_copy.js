"use strict";
/* Buttons on code: copy exactly the code, wrap long lines, number the lines. Owns every figure.code. */
(function (sitegen) {
  const SAID_FOR = 2000;
  const FEWEST_NUMBERED = 5; // lines

  function button(label, act) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "quiet-button";
    element.textContent = label;
    element.addEventListener("click", act);
    return element;
  }

  function switchButton(label, figure, attribute, prepare) {
    const element = button(label, () => {
      prepare();
      element.setAttribute("aria-pressed", String(figure.toggleAttribute(attribute)));
    });
    element.setAttribute("aria-pressed", "false");
    return element;
  }

  // Where the clipboard is out of reach (plain http): selects the code, and leaves it selected if copying fails.
  function copyBySelection(code) {
    const selection = getSelection();
    selection.selectAllChildren(code);
    const done = document.execCommand("copy");
    if (done) selection.removeAllRanges();
    return done;
  }

  async function copy(code) {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch (error) {
      return copyBySelection(code);
    }
  }

  function copyButton(code) {
    const element = button(sitegen.say("Copy"), async () => {
      element.textContent = (await copy(code)) ? sitegen.say("Copied") : sitegen.say("Selected, ready to copy");
      setTimeout(() => (element.textContent = sitegen.say("Copy")), SAID_FOR);
    });
    element.setAttribute("aria-live", "polite");
    return element;
  }

  const linesOf = (text) => text.split(/\r\n|\r|\n/).length - (/[\r\n]$/.test(text) ? 1 : 0);

  // Where lines end: text nodes with a place in them, and <br> elements, in order.
  function endsOf(code) {
    const ends = [];
    const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        for (const { index } of node.data.matchAll(/\n/g)) ends.push([node, index + 1]);
      } else if (node.localName === "br") {
        ends.push([node, 0]);
      }
    }
    return ends;
  }

  // An empty element before each line, which the stylesheet counts: no number is ever part of the text.
  function numberLines(code) {
    if (code.querySelector(".line-number")) return;
    const mark = () => {
      const made = document.createElement("span");
      made.className = "line-number";
      return made;
    };
    const text = code.textContent;
    const ends = endsOf(code);
    if (/[\r\n]$/.test(text)) ends.pop(); // no line follows
    code.style.setProperty("--digits", String(ends.length + 1).length);
    for (const [node, at] of ends.reverse()) {
      if (node.nodeType !== Node.TEXT_NODE || at === node.data.length) node.after(mark());
      else node.splitText(at).before(mark());
    }
    code.prepend(mark());
  }

  function furnish(figure, isWide) {
    const code = figure.querySelector("pre code");
    if (!code) return;
    const caption = figure.querySelector("figcaption") || document.createElement("figcaption");
    const tools = document.createElement("span");
    tools.className = "code-tools";
    // The lines of a change are of two texts: no count fits them.
    if (!figure.matches(".changes") && linesOf(code.textContent) >= FEWEST_NUMBERED) {
      tools.append(switchButton(sitegen.say("Line numbers"), figure, "data-numbered", () => numberLines(code)));
    }
    if (isWide) {
      tools.append(switchButton(sitegen.say("Wrap lines"), figure, "data-wrapped", () => {}));
    }
    if (navigator.clipboard || document.execCommand) tools.append(copyButton(code));
    caption.append(tools);
    figure.prepend(caption);
  }

  function isWide(figure) {
    const lines = figure.querySelector("pre");
    return lines !== null && lines.scrollWidth > lines.clientWidth + 1;
  }

  // Long code closed from its end: its beginning stays in sight. Found in its folded part: it opens.
  function watchFold(figure) {
    const fold = figure.querySelector(".code-fold");
    if (!fold) return;
    const lines = figure.querySelector("pre");
    fold.addEventListener("toggle", () => {
      if (fold.open) return;
      lines.scrollTop = 0;
      if (figure.getBoundingClientRect().top < 0) figure.scrollIntoView();
    });
    const openAtPlace = () => {
      const above = lines.scrollTop;
      if (above === 0 || fold.open) return;
      fold.open = true;
      window.scrollBy({ top: above, behavior: "instant" });
    };
    lines.addEventListener("scroll", openAtPlace);
    openAtPlace();
  }

  // Each figure when it first comes near the screen: measuring all at once would lay out the whole page. All are
  // measured before the first changes, so that the page is laid out once.
  function start() {
    const observer = new IntersectionObserver((entries) => {
      const figures = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
      const wide = figures.map(isWide);
      figures.forEach((figure, place) => {
        observer.unobserve(figure);
        furnish(figure, wide[place]);
        watchFold(figure);
      });
    }, { rootMargin: "400px" });
    document.querySelectorAll("figure.code").forEach((figure) => observer.observe(figure));
  }

  sitegen.codeCopy = { start };
  start();
})(sitegen);
