"use strict";
/* Adds a script to the page: the one way to read a neighbouring file from file://. */
(function (sitegen) {
  // The site's top as this page sees it: "" or "../" repeated.
  sitegen.root = document.documentElement.dataset.root || "";

  // `path` is below the site's top. Settles when the script has run or could not be read.
  sitegen.loadScript = function (path) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = sitegen.root + path;
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
})(sitegen);
