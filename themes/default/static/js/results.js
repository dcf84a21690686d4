"use strict";
/* An answer as a sentence and as elements. Text from conversations is only ever set as text. */
(function (sitegen) {
  const MOST_PASSAGES = 3;
  const MOST_MARKS = 30;
  const READ_AHEAD = "400px";
  const NOTE = "note"; // the anchor of a person's own note

  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  function markedText(text, terms) {
    const nodes = [];
    let position = 0;
    for (const [from, to] of sitegen.passages.marked(text, terms)) {
      nodes.push(text.slice(position, from), element("mark", "", text.slice(from, to)));
      position = to;
    }
    nodes.push(text.slice(position));
    return nodes;
  }

  function lead(link, conversation, terms, anchor) {
    const marks = Array.from(terms).slice(0, MOST_MARKS).join(" ");
    sitegen.address.lead(link, conversation.url, marks ? "?mark=" + encodeURIComponent(marks) : "", anchor);
  }

  let dates = null;

  // "2026-03-05" as the other pages write it: "5 Mar 2026".
  function dayLabel(date) {
    dates = dates || new Intl.DateTimeFormat(
      sitegen.locale(), { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
    return dates.format(new Date(date + "T00:00:00Z"));
  }

  // Who says what stands in a document.
  function speaker([anchor, role]) {
    if (anchor === NOTE) return sitegen.say("Your note");
    switch (role) {
      case "user": return document.documentElement.dataset.author || sitegen.say("You");
      case "assistant": return sitegen.say("Answer");
      case "system": return sitegen.say("System");
      case "tool": return sitegen.say("Tool");
      default: return sitegen.say("Message");
    }
  }

  function facts(group) {
    const { conversation, hits } = group;
    const line = element("p", "result-facts");
    const flags = conversation.flags.filter((flag) => flag !== "files").map(sitegen.facets.labelOfFlag);
    const words = [conversation.sourceLabel, conversation.date || sitegen.say("undated"), conversation.folder]
      .concat(flags);
    if (hits.length > MOST_PASSAGES) words.push(sitegen.sayCount("{count} message", "{count} messages", hits.length));
    words.filter((word) => word !== "").forEach((word, i) => {
      if (i > 0) line.append(" · ");
      if (word === conversation.date) {
        const time = element("time", "", dayLabel(word));
        time.dateTime = word;
        line.append(time);
      } else {
        line.append(element("bdi", "", word));
      }
    });
    return line;
  }

  // `found` is the document of a hit.
  function passage(group, hit, found) {
    const terms = new Set(hit.terms);
    const link = element("a", "passage");
    lead(link, group.conversation, terms, found ? found[0] : "");
    link.dir = "auto";
    link.append(element("span", "passage-speaker", speaker(found || [])), " ");
    const best = found && sitegen.passages.best(found, terms, group.phrases);
    if (!best) return element("li", "", link);
    if (best.isCutBefore) link.append("… ");
    for (const stretch of best.stretches) {
      link.append(stretch.isMarked ? element("mark", "", stretch.text) : stretch.text);
    }
    if (best.isCutAfter) link.append(" …");
    return element("li", "", link);
  }

  // The element of one conversation, with as much room for its passages as they are likely to take.
  function result(group) {
    const { conversation, hits } = group;
    const name = conversation.title || sitegen.say("Untitled");
    const title = element("a", "result-title", ...markedText(name, group.terms));
    lead(title, conversation, group.terms, "");
    title.dir = "auto";
    const item = element("li", "result", element("h2", "", title), facts(group));
    if (hits.length > 0) {
      const passages = element("ol", "passages");
      passages.style.setProperty("--awaited", Math.min(hits.length, MOST_PASSAGES));
      item.append(passages);
    }
    return item;
  }

  // Puts the passages of a conversation, for which its text is loaded, into its element.
  async function fill(engine, group, item) {
    const passages = item.querySelector(".passages");
    if (!passages || passages.dataset.filled) return;
    passages.dataset.filled = "yes";
    const hits = group.hits.slice(0, MOST_PASSAGES);
    let documents;
    try {
      documents = await Promise.all(hits.map(({ place }) => engine.document(group.conversation, place)));
    } catch (error) {
      console.info(error.message);
      passages.replaceWith(element(
        "p", "result-facts", sitegen.say("The text of this conversation could not be read; build the site again.")));
      return;
    }
    passages.style.removeProperty("--awaited");
    passages.append(...hits.map((hit, i) => passage(group, hit, documents[i])));
  }

  function howMany({ conversations, messages, isWhole }) {
    const { sayCount } = sitegen;
    if (messages === 0) {
      return isWhole
        ? sayCount("{count} conversation", "{count} conversations", conversations)
        : sayCount("At least {count} conversation", "At least {count} conversations", conversations);
    }
    const values = { messages: sayCount("{count} message", "{count} messages", messages) };
    return isWhole
      ? sayCount("{messages} in {count} conversation", "{messages} in {count} conversations", conversations, values)
      : sayCount("At least {messages} in {count} conversation", "At least {messages} in {count} conversations",
        conversations, values);
  }

  function duration(milliseconds) {
    return milliseconds < 1000
      ? sitegen.say("{milliseconds} ms", { milliseconds: Math.max(1, Math.round(milliseconds)) })
      : sitegen.say("{seconds} s", { seconds: sitegen.number(milliseconds / 1000, 1) });
  }

  // How much is known of an answer, as of its `extent`, and how long that took.
  sitegen.summary = function (extent, milliseconds) {
    if (extent.conversations > 0) return howMany(extent) + " · " + duration(milliseconds);
    return extent.isWhole
      ? sitegen.say("Nothing was found. Try fewer words, another spelling, or no filters.")
      : sitegen.sayCount("Nothing was found in the first {count} conversation that has these words.",
        "Nothing was found in the first {count} conversations that have these words.", extent.looked);
  };

  // The elements of some groups of an answer: {items, filled}. `filled` waits for the passages of the first `atOnce`;
  // those of the others come when they are about to be seen.
  sitegen.results = function (engine, groups, atOnce) {
    const items = groups.map((group) => result(group));
    const observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        fill(engine, groups[items.indexOf(target)], target);
      }
    }, { rootMargin: READ_AHEAD });
    const filled = Promise.all(groups.slice(0, atOnce).map((group, i) => fill(engine, group, items[i])));
    for (const item of items.slice(atOnce)) observer.observe(item);
    return { items, filled };
  };
})(sitegen);
