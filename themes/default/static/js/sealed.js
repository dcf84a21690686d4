"use strict";
/* A sealed site in a browser: one document, into which each page is written when it is asked for. What is here outlives the
 * pages (sitegen.js hands it on) and holds the key, which is nowhere else; a reload forgets it. No address, no state of
 * the history and no storage ever holds a word of the site: an address names a page by its random id, and what was looked
 * for is remembered here, by the place in the history. */
(function (sitegen) {
  const { addScript, sealing, sealedPages, sealedMedia } = sitegen;
  const HOME = "index.html";
  const FRAMES_TO_SETTLE = 10;
  const DATA = /^sitegen\.receive\(("(?:[^"\\]|\\.)*"),([\s\S]*)\);\n?$/;
  const policy = document.querySelector("meta[http-equiv='Content-Security-Policy']").content;
  // Places in the history of another visit are not ours.
  const visit = Math.random().toString(36).slice(2);

  const received = new Map();
  const places = new Map(); // by the id of a place in the history: {query, kept, top}
  let header = null;
  let key = null;
  let files = new Map(); // by path
  let byId = new Map();
  let shown = null; // {file, place, isLeft}
  let newest = 0;
  let leaving = [];

  // --- files -----------------------------------------------------------------------------------------------------

  // What the script of a blob hands over: base64.
  async function textOf(blob) {
    await addScript(sealing.pathOf(blob));
    const text = received.get(blob);
    received.delete(blob);
    if (typeof text !== "string") throw new sealing.Damaged(sealing.pathOf(blob));
    return text;
  }

  async function contentOf(file) {
    return sealing.openFile(key, header.publication, file, await textOf(file.blob));
  }

  async function read(id) {
    const file = byId.get(id);
    return { path: file.path, content: await contentOf(file) };
  }

  // Hands the data in a sealed script to the page, which it calls `receive` of; never runs it.
  async function loadScript(path, inOrder) {
    const owner = shown;
    const file = files.get(path);
    if (!file && !path.startsWith("assets/")) throw new Error(sitegen.say("{path} can’t be read.", { path }));
    const content = file ? await contentOf(file) : await addScript(path, inOrder);
    // Nobody waits any more on a page that was left.
    if (shown !== owner) return new Promise(() => {});
    if (!file) return undefined;
    const found = DATA.exec(new TextDecoder().decode(content));
    if (!found) throw new sealing.Damaged(sealing.pathOf(file.blob));
    return window.sitegen.receive(JSON.parse(found[1]), JSON.parse(found[2]));
  }

  // --- places in the history -------------------------------------------------------------------------------------

  function newPlace(query) {
    const id = visit + "-" + places.size;
    places.set(id, { query, kept: null, top: 0 });
    return id;
  }

  const here = () => places.get(shown.place);

  function toHistory(change, id, address) {
    try {
      if (change === "push") history.pushState({ sealed: id }, "", address);
      else history.replaceState({ ...history.state, sealed: id }, "");
    } catch (error) {
      // Some browsers refuse this for files, or when it comes too often: then Back leads out of the site.
      if (error.name !== "SecurityError") throw error;
    }
  }

  // The file that the address names, or the first page.
  function addressed() {
    return byId.get(new URLSearchParams(location.search).get("p")) || files.get(HOME);
  }

  // Back and Forward; and links within a page, which make a place of their own.
  function onMove() {
    const id = history.state ? history.state.sealed : undefined;
    const place = places.get(id);
    const file = addressed();
    if (file === shown.file && (!place || place.query === here().query)) {
      newest += 1; // what was on its way is not wanted any more
      shown.isLeft = false;
      shown.place = place ? id : newPlace(here().query);
      if (!place) toHistory("replace", shown.place);
      return;
    }
    shown.isLeft = true; // the browser scrolls this page to where the other one was
    show(file, place ? { place: id } : {}).catch(complain);
  }

  // --- pages -----------------------------------------------------------------------------------------------------

  // Shows a page of the site. `place` is one that Back or Forward came to; otherwise it is a new one with `query`, added
  // to the history at `address` or, without that, in the place of the present one. Throws Damaged, and Error for a file
  // that can't be read: then what was shown stays.
  async function show(file, { query = "", place = null, address = "" }) {
    const number = ++newest;
    if (file.kind !== "page") {
      sealedMedia.save({ path: file.path, content: await contentOf(file) });
      return shown ? undefined : show(files.get(HOME), {});
    }
    const html = new TextDecoder().decode(await contentOf(file));
    if (number !== newest) return undefined;
    leave();
    const id = place || newPlace(query);
    if (!place) toHistory(address ? "push" : "replace", id, address);
    if (address) history.scrollRestoration = "auto";
    shown = { file, place: id, isLeft: false };
    write(sealedPages.rewritten(html, file.path, files, policy), place ? here().top : null);
    return undefined;
  }

  function leave() {
    for (const act of leaving.splice(0)) act();
  }

  // Opening the document takes all listeners away, those of the last page as well as these.
  function write(html, top) {
    document.open();
    document.addEventListener("DOMContentLoaded", () => arrive(top), { once: true });
    window.addEventListener("popstate", onMove);
    window.addEventListener("click", onClick);
    window.addEventListener("scroll", () => {
      if (!shown.isLeft) here().top = window.scrollY;
    }, { passive: true });
    document.write(html);
    document.close();
  }

  // The page's own scripts have run.
  function arrive(top) {
    leaving.push(sealedMedia.start(read));
    offerLock();
    if (top !== null) scrollTo(top);
    else if (location.hash) land();
  }

  // What comes near the screen is laid out, and may become taller than the browser had guessed.
  function scrollTo(top) {
    let left = FRAMES_TO_SETTLE;
    const owner = shown;
    const again = () => {
      if (shown !== owner) return;
      window.scrollTo({ top, behavior: "instant" });
      left -= 1;
      if (left > 0) requestAnimationFrame(again);
    };
    again();
  }

  // A written page has no :target until somebody goes there.
  function land() {
    const { state } = history;
    const { place } = shown;
    location.replace(location.hash);
    shown.place = place;
    history.replaceState(state, "");
  }

  function onClick(event) {
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const link = event.target instanceof Element ? event.target.closest("a[href^='?p=']") : null;
    if (event.defaultPrevented || !isPlain || !link) return;
    const address = link.getAttribute("href");
    const { searchParams, hash } = new URL(address, location.href);
    const file = byId.get(searchParams.get("p"));
    if (!file) return;
    event.preventDefault();
    const query = link.getAttribute("data-query") || "";
    const isHere = file === shown.file && query === here().query;
    if (isHere && hash) location.hash = hash;
    else show(file, { query, address: isHere ? "" : address }).catch(complain);
  }

  function complain(error) {
    shown.isLeft = false;
    const notice = document.querySelector(".sealed-notice") || document.createElement("p");
    notice.className = "sealed-notice";
    notice.setAttribute("role", "alert");
    notice.textContent = sitegen.say("{problem} Ask for a whole copy of this site.", { problem: error.message });
    document.body.prepend(notice);
    notice.scrollIntoView({ block: "nearest" });
  }

  function offerLock() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "lock-button";
    button.textContent = sitegen.say("Lock");
    button.title = sitegen.say("Forget the passphrase, until it is typed again");
    button.addEventListener("click", () => location.reload());
    const bar = document.querySelector(".site-bar");
    if (bar) bar.append(button);
    else document.body.prepend(button);
  }

  // What pages use in place of their addresses: see address.js.
  const address = {
    query: () => new URLSearchParams(here().query),
    lead(link, path, query, anchor = "") {
      const file = files.get(path);
      if (!file) return;
      link.href = "?p=" + file.id + (anchor ? "#" + encodeURIComponent(anchor) : "");
      if (query) link.setAttribute("data-query", query);
    },
    go(path, query) {
      const file = files.get(path);
      if (file) show(file, { query, address: "?p=" + file.id }).catch(complain);
    },
    replace(query) {
      here().query = query;
    },
    keep(value) {
      here().kept = value;
    },
    kept: () => here().kept,
    onLeave(act) {
      leaving.push(act);
    },
    onMove() {}, // another query is another page
  };

  // Reads what the site says in clear. Throws Damaged, and Error if it can't be read.
  async function open() {
    await addScript("sealed/header.js");
    header = received.get("header");
    sealing.checkHeader(header);
  }

  // Tells whether the passphrase opens the site; if so, its page is shown. Throws Damaged, and Error.
  async function unlock(passphrase) {
    const found = await sealing.openKey(header, passphrase);
    if (!found) return false;
    files = await sealing.openDirectory(found, header, await textOf(header.directory.blob));
    byId = new Map(Array.from(files.values(), (file) => [file.id, file]));
    key = found;
    await show(addressed(), {});
    return true;
  }

  sitegen.sealed = {
    // Called by the scripts in sealed/.
    receive(name, value) {
      received.set(name, value);
    },
    open,
    unlock,
    loadScript,
    address,
  };
})(sitegen);
