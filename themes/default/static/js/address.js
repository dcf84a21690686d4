"use strict";
/* Where this page is and how it leads to others: the one place that knows addresses. On a sealed site no address may tell
 * what is read or looked for, so `sitegen.sealed` has another form of it. Paths are below the site's top, queries begin
 * with "?" or are "". */
(function (sitegen) {
  const root = document.documentElement.dataset.root || "";

  function replace(state, address) {
    try {
      history.replaceState(state, "", address);
    } catch (error) {
      // Some browsers refuse this for files, or when it comes too often: then the address stays behind.
      console.info("The address could not be updated:", error.message);
    }
  }

  function address(path, query, anchor = "") {
    return root + path + query + (anchor ? "#" + encodeURIComponent(anchor) : "");
  }

  const plain = {
    // What this page was asked for.
    query: () => new URLSearchParams(location.search),

    // Lets a link lead to a page and, if one is named, to the element with the id `anchor`.
    lead(link, path, query, anchor) {
      link.href = address(path, query, anchor);
    },

    go(path, query) {
      location.href = address(path, query);
    },

    // From now on this page is asked for with another query; Back comes to that one.
    replace(query) {
      replace(null, location.pathname + query);
    },

    // Remembers a value (JSON) with this place in the history, and `kept` gives it when Back comes here again.
    keep(value) {
      replace(value, location.href);
    },
    kept: () => history.state,

    // When the page is about to be left.
    onLeave(act) {
      window.addEventListener("pagehide", act);
    },

    // When Back or Forward came to another query of this page.
    onMove(act) {
      window.addEventListener("popstate", act);
    },
  };

  sitegen.address = sitegen.sealed ? sitegen.sealed.address : plain;
})(sitegen);
