"use strict";
/* The outline of prompts: open in the margin of wide screens, folded on narrow ones, and marking the prompt that is
 * being read. Owns the element [data-outline]; uses sitegen.folding. */
(function (sitegen) {
  // Scrolls the outline, never the page.
  function keepInView(box, link) {
    const outer = box.getBoundingClientRect();
    const inner = link.getBoundingClientRect();
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      box.scrollTop += inner.top - outer.top - box.clientHeight / 2;
    }
  }

  function follow(outline) {
    const links = new Map();
    for (const link of outline.querySelectorAll("a")) {
      const prompt = sitegen.folding.target(link.hash);
      if (prompt) links.set(prompt, link);
    }
    const begun = new Set();
    let current = null;

    function mark() {
      const prompts = [...links.keys()];
      const link = links.get(prompts.findLast((prompt) => begun.has(prompt)) || prompts[0]);
      if (link === current) return;
      if (current) current.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      current = link;
      keepInView(outline.parentElement, link);
    }

    // A prompt counts as begun once it has come into the upper third of the screen, or has gone past it.
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting, boundingClientRect } of entries) {
        if (isIntersecting || boundingClientRect.top < 0) begun.add(target);
        else begun.delete(target);
      }
      mark();
    }, { rootMargin: "0px 0px -67% 0px" });
    links.forEach((_, prompt) => observer.observe(prompt));
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
