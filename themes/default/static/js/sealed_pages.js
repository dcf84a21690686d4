"use strict";
/* A plain page as it is shown on a sealed site: its files are blobs, its links lead to `?p=…` of the one address that there
 * is. Only start tags are changed, never text. Pure. */
(function (sitegen) {
  // A site's top that no link can name by chance.
  const TOP = "https://sealed.invalid/";
  const START_TAG = /<([a-zA-Z][^\s/<>]*)([^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*)>/y;
  const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;
  // What stands in these is text to the browser, whatever it looks like.
  const TEXT_ELEMENTS = new Set(["script", "style", "title", "textarea", "iframe", "noscript", "noembed", "xmp"]);
  const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

  function decoded(value) {
    return value.replace(/&(?:#(\d+)|#[xX]([\da-fA-F]+)|(amp|lt|gt|quot|apos));/g, (whole, decimal, hex, name) => (
      name ? NAMED[name] : String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16))));
  }

  function encoded(value) {
    return value.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
  }

  function attributesOf(text) {
    const result = new Map();
    for (const [, name, double, single, bare] of text.matchAll(ATTRIBUTE)) {
      result.set(name.toLowerCase(), decoded(double ?? single ?? bare ?? ""));
    }
    return result;
  }

  // Where an address of the page at `page` leads: {path, query, hash} within the site, or null for elsewhere.
  function target(address, page) {
    try {
      const url = new URL(address, TOP + page);
      if (!url.href.startsWith(TOP)) return null;
      const path = decodeURIComponent(url.pathname.slice(1));
      return { path: path === "" || path.endsWith("/") ? path + "index.html" : path, query: url.search, hash: url.hash };
    } catch (error) {
      if (error instanceof TypeError || error instanceof URIError) return null;
      throw error;
    }
  }

  const isAsset = (path) => path.startsWith("assets/");

  // A picture's room, while it is not there yet.
  function placeholder(width, height) {
    const size = /^\d+$/.test(width) && /^\d+$/.test(height) ? `width='${width}' height='${height}'` : "width='1' height='1'";
    return `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' ${size}/%3E`;
  }

  // Each takes the attributes of a start tag and what is known of the page, and changes them; false: the tag goes.
  const CHANGES = {
    html(attributes) {
      attributes.set("data-root", "");
    },
    meta(attributes, { policy }) {
      if (/^content-security-policy$/i.test(attributes.get("http-equiv") || "")) attributes.set("content", policy);
    },
    a(attributes, { page, files }) {
      const address = attributes.get("href");
      if (address === undefined || address.startsWith("#")) return;
      const to = target(address, page);
      const file = to && files.get(to.path);
      if (file) {
        attributes.set("href", "?p=" + file.id + to.hash);
        if (to.query) attributes.set("data-query", to.query);
      } else if (to) {
        attributes.delete("href"); // what is not in the sealed site
      } else if (/^https?:/i.test(address) && !attributes.has("target")) {
        attributes.set("target", "_blank"); // whoever leaves the page has to unlock it again
        if (!attributes.has("rel")) attributes.set("rel", "noopener noreferrer");
      }
    },
    link(attributes, { page }) {
      const to = target(attributes.get("href") || "", page);
      if (!to || !isAsset(to.path)) return false; // a feed that no reader of feeds could open
      attributes.set("href", to.path + to.query);
      return true;
    },
    script(attributes, { page }) {
      const to = target(attributes.get("src") || "", page);
      if (!to || !isAsset(to.path)) return false;
      attributes.set("src", to.path + to.query);
      return true;
    },
    img(attributes, known) {
      media(attributes, known);
      attributes.delete("srcset");
      if (attributes.has("data-sealed")) {
        attributes.set("src", placeholder(attributes.get("width"), attributes.get("height")));
      }
    },
    audio: media,
    video: media,
    source: media,
  };
  CHANGES.area = CHANGES.a;

  function media(attributes, { page, files }) {
    attributes.delete("poster");
    const address = attributes.get("src");
    if (address === undefined || address.startsWith("data:")) return;
    const to = target(address, page);
    const file = to && files.get(to.path);
    if (to && isAsset(to.path)) attributes.set("src", to.path + to.query);
    else attributes.delete("src");
    if (file) attributes.set("data-sealed", file.id);
  }

  // A start tag as the sealed site has it: "" for none, null for no change.
  function changed(name, text, known) {
    if (!Object.hasOwn(CHANGES, name)) return null;
    const change = CHANGES[name];
    const attributes = attributesOf(text);
    if (change(attributes, known) === false) return "";
    const written = Array.from(attributes, ([key, value]) => ` ${key}="${encoded(value)}"`).join("");
    return `<${name}${written}${/(^|["'\s])\/\s*$/.test(text) ? "/" : ""}>`;
  }

  // The HTML of the plain page at `page`, as a sealed site shows it. `files` are those of the directory by path, `policy`
  // is the Content-Security-Policy that it gets in place of its own.
  function rewritten(html, page, files, policy) {
    const known = { page, files, policy };
    const pieces = [];
    let copied = 0;
    let at = html.indexOf("<");
    while (at >= 0) {
      let end = at + 1;
      START_TAG.lastIndex = at;
      const tag = START_TAG.exec(html);
      if (tag) {
        const name = tag[1].toLowerCase();
        end = START_TAG.lastIndex;
        const replacement = changed(name, tag[2], known);
        if (replacement !== null) {
          pieces.push(html.slice(copied, at), replacement);
          copied = end;
        }
        if (TEXT_ELEMENTS.has(name)) {
          const close = new RegExp("</" + name, "gi");
          close.lastIndex = end;
          const found = close.exec(html);
          end = found ? found.index : html.length;
        }
      } else if (html.startsWith("<!--", at)) {
        const close = html.indexOf("-->", at + 4);
        end = close < 0 ? html.length : close + 3;
      }
      at = html.indexOf("<", end);
    }
    pieces.push(html.slice(copied));
    return pieces.join("");
  }

  sitegen.sealedPages = { target, rewritten };
})(sitegen);
