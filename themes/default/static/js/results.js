"use strict";
/* An answer as elements. Text from conversations is only ever set as text. */
(function (sitegen) {
  const MOST_PASSAGES = 3;
  const MOST_MARKS = 30;
  const READ_AHEAD = "400px";
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const NOTE = "note"; // the anchor of a person's own note
  const SPEAKERS = { user: "You", assistant: "Answer", system: "System", tool: "Tool" };

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

  function address(root, conversation, terms, anchor) {
    const marks = Array.from(terms).slice(0, MOST_MARKS).join(" ");
    return root + conversation.url
      + (marks ? "?mark=" + encodeURIComponent(marks) : "")
      + (anchor ? "#" + encodeURIComponent(anchor) : "");
  }

  // "2026-03-05" as the other pages write it: "5 Mar 2026".
  function dayLabel(date) {
    const [year, month, day] = date.split("-");
    return Number(day) + " " + MONTHS[Number(month) - 1] + " " + year;
  }

  function facts(group) {
    const { conversation, hits } = group;
    const line = element("p", "result-facts");
    const flags = conversation.flags.filter((flag) => flag !== "files");
    const words = [conversation.sourceLabel, conversation.date || "undated", conversation.folder]
      .concat(flags)
      .concat(hits.length > MOST_PASSAGES ? [hits.length + " messages"] : []);
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
  function passage(root, group, hit, found) {
    const terms = new Set(hit.terms);
    const link = element("a", "passage");
    link.href = address(root, group.conversation, terms, found && found[0]);
    link.dir = "auto";
    const speaker = found && found[0] === NOTE ? "Your note" : SPEAKERS[(found && found[1]) || ""] || "Message";
    link.append(element("span", "passage-speaker", speaker), " ");
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
  function result(root, group) {
    const { conversation, hits } = group;
    const title = element("a", "result-title", ...markedText(conversation.title || "Untitled", group.terms));
    title.href = address(root, conversation, group.terms, "");
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
  async function fill(root, engine, group, item) {
    const passages = item.querySelector(".passages");
    if (!passages || passages.dataset.filled) return;
    passages.dataset.filled = "yes";
    const hits = group.hits.slice(0, MOST_PASSAGES);
    let documents;
    try {
      documents = await Promise.all(hits.map(({ place }) => engine.document(group.conversation, place)));
    } catch (error) {
      console.info(error.message);
      passages.replaceWith(
        element("p", "result-facts", "The text of this conversation could not be read; build the site again."));
      return;
    }
    passages.style.removeProperty("--awaited");
    passages.append(...hits.map((hit, i) => passage(root, group, hit, documents[i])));
  }

  // The elements of some groups of an answer: {items, filled}. `filled` waits for the passages of the first `atOnce`;
  // those of the others come when they are about to be seen.
  sitegen.results = function (root, engine, groups, atOnce) {
    const items = groups.map((group) => result(root, group));
    const observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        fill(root, engine, groups[items.indexOf(target)], target);
      }
    }, { rootMargin: READ_AHEAD });
    const filled = Promise.all(groups.slice(0, atOnce).map((group, i) => fill(root, engine, group, items[i])));
    for (const item of items.slice(atOnce)) observer.observe(item);
    return { items, filled };
  };
})(sitegen);
