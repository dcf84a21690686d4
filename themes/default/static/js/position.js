"use strict";
/* Which message of the conversation is being read, of those on the way that is shown. Owns [data-position], the line
 * that says it in long conversations; other scripts can `watch`. Nothing is looked through until the page is idle. */
(function (sitegen) {
  const SAID = ":is(.message-user, .message-assistant):not([hidden], :has(> .hidden-message))";
  const ON_THE_WAY = `.turn:not([hidden]) > ${SAID}, [data-reading] > .branch-content > ${SAID}`;
  const SETTLES_IN = 200;
  const FRAMES_TO_SETTLE = 10;
  const watchers = [];
  let found = null;
  let waiting = false;
  let settled = 0;

  // The messages that people said or got, in order, along the branch that is read.
  function messages() {
    found = found || [...document.querySelectorAll(ON_THE_WAY)];
    return found;
  }

  // The box of a message, or its turn's where that is the same: to ask inside a turn that is far off would lay it out.
  function boxOf(message) {
    const turn = message.parentElement;
    const box = turn.firstElementChild === message && turn.classList.contains("turn") ? turn : message;
    return box.getBoundingClientRect();
  }

  // The last message that begins above the lower two thirds of the screen; the last of all once its end is seen.
  function current() {
    if (window.scrollY > 0 && boxOf(messages().at(-1)).bottom <= window.innerHeight) return found.length - 1;
    const line = window.innerHeight / 3;
    let low = 0;
    let high = messages().length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (boxOf(found[middle]).top <= line) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  function tell() {
    waiting = false;
    if (messages().length === 0) return;
    const place = current();
    watchers.forEach((watcher) => watcher(place, found));
  }

  // Once more when all is still: what was scrolled to may have become taller than the browser had guessed.
  function soon() {
    clearTimeout(settled);
    settled = setTimeout(() => requestAnimationFrame(tell), SETTLES_IN);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(tell);
  }

  function watch(watcher) {
    watchers.push(watcher);
  }

  // While what was jumped to is laid out its place changes, so the jump is made again for some frames.
  function stayAt(link) {
    let left = FRAMES_TO_SETTLE;
    const again = () => {
      const message = document.getElementById(link.hash.slice(1));
      if (message) message.scrollIntoView();
      left -= 1;
      if (left > 0) requestAnimationFrame(again);
    };
    requestAnimationFrame(again);
  }

  function startLine(line) {
    const words = line.querySelector("span");
    const [first, last] = line.querySelectorAll("a");
    for (const link of [first, last]) link.addEventListener("click", () => stayAt(link));
    watch((place, all) => {
      line.hidden = place === 0 && window.scrollY < window.innerHeight;
      const places = { number: sitegen.number(place + 1), total: sitegen.number(all.length) };
      words.textContent = sitegen.say("Message {number} of {total}", places);
      first.href = "#" + all[0].id;
      last.href = "#" + all.at(-1).id;
    });
  }

  function start() {
    document.querySelectorAll("[data-position]").forEach(startLine);
    document.addEventListener("scroll", soon, { passive: true });
    // What comes near the screen is laid out, and may become taller or shorter than the browser had guessed.
    new ResizeObserver(soon).observe(document.body);
    document.addEventListener("sitegen:path", () => {
      found = null;
      soon();
    });
    if (window.requestIdleCallback) requestIdleCallback(soon, { timeout: 1000 });
    else setTimeout(soon, 200);
  }

  sitegen.position = { messages, watch };
  start();
})(sitegen);
