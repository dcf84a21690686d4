"use strict";
/* The search field of a page: Enter leads to the search page, "/" to the field, Escape back to the page. Owns the element
 * [data-search-field]; the search page has a field of its own. Uses sitegen.keys and
 * sitegen.address. */
(function (sitegen) {
  function search(query) {
    sitegen.address.go("search.html", query ? "?q=" + encodeURIComponent(query) : "");
  }

  function start(field) {
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        search(field.value.trim());
      } else if (event.key === "Escape") {
        field.blur();
      }
    });
    sitegen.keys.on("/", () => {
      field.focus();
      field.select();
      // A narrow bar has no room for the field.
      if (document.activeElement !== field) search("");
    });
  }

  sitegen.searchField = { start };
  document.querySelectorAll("[data-search-field]").forEach(start);
})(sitegen);
