"use strict";
/* The search field of a page: Enter leads to the search page, "/" to the field, Escape back to the page.
 * Owns the element [data-search-field]; the search page has a field of its own. */
(function (sitegen) {
  function address(root, query) {
    return root + "search.html" + (query ? "?q=" + encodeURIComponent(query) : "");
  }

  function isTyping(element) {
    return element !== null && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  }

  function start(field) {
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        location.href = address(document.documentElement.dataset.root, field.value.trim());
      } else if (event.key === "Escape") {
        field.blur();
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(document.activeElement)) return;
      event.preventDefault();
      field.focus();
      field.select();
    });
  }

  sitegen.searchField = { address, start };
  document.querySelectorAll("[data-search-field]").forEach(start);
})(sitegen);
