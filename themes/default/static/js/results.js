"use strict";
/* An answer as elements. Text from conversations is only ever set as text. */
(function (sitegen) {
  const MOST_PASSAGES = 3;
  const MOST_MARKS = 30;
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
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
    const words = [conversation.sourceLabel, conversation.date || "undated", conversation.folder]
      .concat(conversation.flags)
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

  function passage(root, group, hit, fragment) {
    const terms = new Set(hit.terms);
    const found = fragment[hit.place];
    const link = element("a", "passage");
    link.href = address(root, group.conversation, terms, found && found[0]);
    link.dir = "auto";
    link.append(element("span", "passage-speaker", SPEAKERS[(found && found[1]) || ""] || "Message"), " ");
    const best = found && sitegen.passages.best(found, terms);
    if (!best) return element("li", "", link);
    if (best.isCutBefore) link.append("… ");
    for (const stretch of best.stretches) {
      link.append(stretch.isMarked ? element("mark", "", stretch.text) : stretch.text);
    }
    if (best.isCutAfter) link.append(" …");
    return element("li", "", link);
  }

  // The element of one conversation. `fragment` is its text, or null when that could not be read.
  function result(root, group, fragment) {
    const { conversation, hits } = group;
    const title = element("a", "result-title", ...markedText(conversation.title || "Untitled", group.terms));
    title.href = address(root, conversation, group.terms, "");
    title.dir = "auto";
    const item = element("li", "result", element("h2", "", title), facts(group));
    if (hits.length > 0 && fragment === null) {
      item.append(element("p", "result-facts", "The text of this conversation could not be read; build the site again."));
    } else if (hits.length > 0) {
      const shown = hits.slice(0, MOST_PASSAGES).map((hit) => passage(root, group, hit, fragment));
      item.append(element("ol", "passages", ...shown));
    }
    return item;
  }

  // The elements of some groups of an answer, with their texts loaded.
  sitegen.results = function (root, engine, groups) {
    return Promise.all(groups.map(async (group) => {
      if (group.hits.length === 0) return result(root, group, null);
      const fragment = await engine.fragment(group.conversation).catch(() => null);
      return result(root, group, fragment);
    }));
  };
})(sitegen);
