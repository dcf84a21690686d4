"use strict";
/* The outline of prompts: open in the margin of wide screens, folded on narrow ones, marking the prompt that is being
 * read, and listing those of the branch that is read. Owns the element [data-outline]; uses sitegen.position. */
(function (sitegen) {
  const LENGTH = 70;

  // Scrolls the outline, never the page.
  function keepInView(box, link) {
    const outer = box.getBoundingClientRect();
    const inner = link.getBoundingClientRect();
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      box.scrollTop += inner.top - outer.top - box.clientHeight / 2;
    }
  }

  function shortened(text) {
    const line = text.trim().replace(/\s+/g, " ");
    return line.length <= LENGTH ? line : line.slice(0, LENGTH - 1).trimEnd() + "…";
  }

  // A line like those of the page, for a prompt that stands in a branch.
  function lineFor(message, pattern) {
    const line = pattern.cloneNode(true);
    const link = line.querySelector("a");
    link.hash = message.id;
    link.removeAttribute("aria-current");
    link.firstElementChild.textContent = shortened(message.querySelector(".blocks").textContent);
    return line;
  }

  function follow(outline) {
    const list = outline.querySelector("ol");
    const lines = new Map();
    for (const line of list.children) lines.set(line.firstElementChild.hash.slice(1), line);
    const pattern = list.firstElementChild;
    let current = null;

    sitegen.position.watch((place, messages) => {
      let prompt = place;
      while (prompt > 0 && !lines.has(messages[prompt].id)) prompt -= 1;
      const line = lines.get(messages[prompt].id) || list.firstElementChild;
      const link = line && line.querySelector("a");
      if (!link || link === current) return;
      if (current) current.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      current = link;
      if (outline.open) keepInView(outline.parentElement, link);
    });

    document.addEventListener("sitegen:path", () => {
      const prompts = sitegen.position.messages().filter((message) => message.classList.contains("message-user"));
      for (const prompt of prompts) if (!lines.has(prompt.id)) lines.set(prompt.id, lineFor(prompt, pattern));
      list.replaceChildren(...prompts.map((prompt) => lines.get(prompt.id)));
      outline.querySelector("summary").textContent = sitegen.sayCount("{count} prompt", "{count} prompts", prompts.length);
    });
  }

  function start(outline) {
    const wide = window.matchMedia("(min-width: 75rem)");
    const fit = () => (outline.open = wide.matches);
    wide.addEventListener("change", fit);
    fit();
    outline.addEventListener("click", (event) => {
      if (!wide.matches && event.target.closest("a")) outline.open = false;
      if (wide.matches && event.target.closest("summary")) event.preventDefault();
    });
    follow(outline);
  }

  sitegen.outline = { start };
  document.querySelectorAll("[data-outline]").forEach(start);
})(sitegen);
