"use strict";
/* The search field of a page: Enter leads to the search page, "/" to the field, Escape back to the page. Owns the element
 * [data-search-field]; the search page has a field of its own. Uses sitegen.keys. */
(function (sitegen) {
  function address(root, query) {
    return root + "search.html" + (query ? "?q=" + encodeURIComponent(query) : "");
  }

  function start(field) {
    const root = document.documentElement.dataset.root;
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        location.href = address(root, field.value.trim());
      } else if (event.key === "Escape") {
        field.blur();
      }
    });
    sitegen.keys.on("/", () => {
      field.focus();
      field.select();
      // A narrow bar has no room for the field.
      if (document.activeElement !== field) location.href = address(root, "");
    });
  }

  sitegen.searchField = { address, start };
  document.querySelectorAll("[data-search-field]").forEach(start);
})(sitegen);
