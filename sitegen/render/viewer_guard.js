/* Runs before what a model wrote, in its frame. Peer connections are the one way out that no policy closes, so they are
 * taken away, and with them every frame inside the frame, which would have its own. A frame's document loads only after
 * the observer was told of it. What this can't see, roots that markup declares as shadows, is taken out of the markup. */
(function () {
  "use strict";
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection"]) delete self[name];

  const FRAMES = "iframe, frame, object, embed, fencedframe, portal";
  const remove = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.matches(FRAMES)) node.remove();
    else node.querySelectorAll(FRAMES).forEach((frame) => frame.remove());
  };
  const watch = (root) => {
    new MutationObserver((records) => records.forEach((record) => record.addedNodes.forEach(remove)))
      .observe(root, { childList: true, subtree: true });
  };
  watch(document);

  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    watch(root);
    return root;
  };
  for (const name of ["write", "writeln"]) {
    const original = Document.prototype[name];
    Document.prototype[name] = function (...texts) {
      return original.call(this, texts.join("").replace(/shadowrootmode/gi, "data-$&"));
    };
  }
  delete Element.prototype.setHTMLUnsafe;
  delete ShadowRoot.prototype.setHTMLUnsafe;
  delete Document.parseHTMLUnsafe;
})();
