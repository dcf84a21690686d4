"use strict";
/* Keys of a conversation: from message to message, from prompt to prompt, everything unfolded. Uses sitegen.keys. */
(function (sitegen) {
  // How far from the top of the window a message may stand and still be the one that is read, in pixels.
  const READING_LINE = 80;

  function shown(selector) {
    return Array.from(document.querySelectorAll(selector)).filter((message) => message.checkVisibility());
  }

  function isOnScreen(element) {
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
  }

  // The place of the first message that begins below a line. They stand in order, so few need to be measured.
  function firstBelow(messages, line) {
    let [low, high] = [0, messages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (messages[middle].getBoundingClientRect().top > line) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function go(selector, step) {
    const messages = shown(selector);
    const current = document.activeElement.closest("[data-message]");
    const isRead = current && isOnScreen(current);
    const place = step > 0 ? firstBelow(messages, READING_LINE) : firstBelow(messages, -1) - 1;
    const next = isRead ? sitegen.keys.beside(messages, current, step) : messages[place];
    if (!next) return false;
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
    return true;
  }

  sitegen.keys.on("j", () => go("[data-message]", 1));
  sitegen.keys.on("k", () => go("[data-message]", -1));
  sitegen.keys.on("n", () => go("[data-message].message-user", 1));
  sitegen.keys.on("p", () => go("[data-message].message-user", -1));
  sitegen.keys.on("o", sitegen.folding.toggleAll);
})(sitegen);
