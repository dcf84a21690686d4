"use strict";
/* Buttons on code: copy exactly the code, and wrap long lines. Owns every figure.code. */
(function (sitegen) {
  const SAID_FOR = 2000;

  function button(label, act) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "quiet-button";
    element.textContent = label;
    element.addEventListener("click", act);
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
    const element = button("Copy", async () => {
      element.textContent = (await copy(code)) ? "Copied" : "Selected, ready to copy";
      setTimeout(() => (element.textContent = "Copy"), SAID_FOR);
    });
    element.setAttribute("aria-live", "polite");
    return element;
  }

  function wrapButton(figure) {
    const element = button("Wrap lines", () => {
      element.setAttribute("aria-pressed", String(figure.toggleAttribute("data-wrapped")));
    });
    element.setAttribute("aria-pressed", "false");
    return element;
  }

  function furnish(figure) {
    const code = figure.querySelector("pre code");
    if (!code) return;
    const caption = figure.querySelector("figcaption") || document.createElement("figcaption");
    figure.prepend(caption);
    const lines = code.parentElement;
    if (lines.scrollWidth > lines.clientWidth + 1) {
      lines.tabIndex = 0; // so that keys can scroll it
      caption.append(wrapButton(figure));
    }
    if (navigator.clipboard || document.execCommand) caption.append(copyButton(code));
  }

  // Each figure when it first comes near the screen: measuring all at once would lay out the whole page.
  function start() {
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        furnish(target);
      }
    }, { rootMargin: "400px" });
    document.querySelectorAll("figure.code").forEach((figure) => observer.observe(figure));
  }

  sitegen.codeCopy = { start };
  start();
})(sitegen);
