"use strict";
/* Adds a script to the page: the one way to read a neighbouring file from file://. On a sealed site the scripts that hold
 * data are sealed, and `sitegen.sealed` reads them. */
(function (sitegen) {
  // The site's top as this page sees it: "" or "../" repeated.
  sitegen.root = document.documentElement.dataset.root || "";

  // `path` is below the site's top. Settles when the script has run or could not be read. Those that are added with
  // `inOrder` run one after the other.
  sitegen.addScript = function (path, inOrder = false) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = sitegen.root + path;
      script.async = !inOrder;
      script.onload = () => {
        script.remove();
        resolve();
      };
      script.onerror = () => {
        script.remove();
        reject(new Error(sitegen.say("{path} can’t be read.", { path })));
      };
      document.head.append(script);
    });
  };

  // The same for a script of the plain site, wherever it is in this one.
  sitegen.loadScript = (path, { inOrder = false } = {}) => (
    sitegen.sealed ? sitegen.sealed.loadScript(path, inOrder) : sitegen.addScript(path, inOrder));
})(sitegen);
