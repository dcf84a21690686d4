"use strict";
/* The search page: its field, results, address and keys. Owns the element with `data-search`. Nothing of the index loads
 * before there is something to search for. */
(function (sitegen) {
  const page = document.querySelector("[data-search]");
  if (!page) return;

  const PAGE_SIZE = 20;
  const FIRST_SIZE = 6; // as many as a screen shows
  const SEEN_AT_ONCE = 2;
  // In milliseconds:
  const TYPING_PAUSE = 60;
  const PASSAGES_WAIT = 80; // for passages to come together with their conversations
  const SUGGESTION_WAIT = 300;
  const PATIENCE = 200; // before the page says that it is searching
  const part = (name) => page.querySelector("[data-search-" + name + "]");
  const [form, field, status, notes, list, more, recent] =
    ["form", "query", "status", "notes", "results", "more", "recent"].map(part);
  const engine = sitegen.search(sitegen.loadScript);
  const filters = sitegen.filters(page, form, () => search(), () => {
    if (answer) showCounts(answer, newest);
    else offerChoices().catch(tellBroken);
  });
  let newest = 0;
  let timer = 0;
  let answer = null;
  let shown = 0;
  let isOffered = null;
  let isExtending = false;

  // --- the address ---------------------------------------------------------------------------------------------

  function state() {
    return { text: field.value, chosen: filters.chosen(), order: filters.order() };
  }

  function writeAddress({ text, chosen, order }) {
    const parameters = new URLSearchParams();
    if (text.trim() !== "") parameters.set("q", text);
    for (const [name, value] of Object.entries(chosen)) if (value) parameters.set(name, value);
    if (order) parameters.set("order", order);
    const query = parameters.toString();
    sitegen.address.replace(query ? "?" + query : "");
  }

  function readAddress() {
    const parameters = sitegen.address.query();
    field.value = parameters.get("q") || "";
    filters.read(parameters);
  }

  function isAsking({ text, chosen }) {
    return text.trim() !== "" || sitegen.facets.asksConversations(chosen);
  }

  // Fills the filters with what the archive has, once.
  function offerChoices() {
    if (!isOffered) {
      isOffered = engine.facets().then(filters.offer);
      isOffered.catch(() => (isOffered = null));
    }
    return isOffered;
  }

  // --- searching -----------------------------------------------------------------------------------------------

  function showNotes(sentences) {
    notes.replaceChildren(...Array.from(new Set(sentences), (sentence) => {
      const line = document.createElement("p");
      line.textContent = sentence;
      return line;
    }));
  }

  function clear(sentence) {
    answer = null;
    shown = 0;
    list.replaceChildren();
    more.hidden = true;
    showNotes([]);
    status.textContent = sentence;
  }

  function tellBroken(error) {
    clear(sitegen.say("{problem} Build the site again, and keep the folder “search” beside this page.",
      { problem: error.message }));
  }

  // What is known of the answer, once no more of it is on its way.
  function showExtent() {
    const extent = answer.extent();
    status.textContent = sitegen.summary(extent, answer.milliseconds);
    showNotes(answer.notes);
    more.hidden = extent.isWhole && shown >= extent.conversations;
    more.textContent = shown > 0 ? sitegen.say("Show more conversations") : sitegen.say("Look further");
  }

  function pause(milliseconds) {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  // Searches for what the field and the filters say. `restored` is what the page showed before, as of `place`.
  async function search(restored = null) {
    clearTimeout(timer);
    const asked = state();
    const number = ++newest;
    if (!restored) writeAddress(asked);
    showRecent(!isAsking(asked));
    if (!isAsking(asked)) {
      clear("");
      return;
    }
    const started = performance.now();
    const isWanted = () => number === newest;
    let isFirst = true;
    const waiting = setTimeout(() => {
      if (isWanted()) status.textContent = sitegen.say("Searching…");
    }, PATIENCE);
    try {
      const found = await engine.run(asked.text, asked.chosen, asked.order, isWanted);
      // What can be seen first comes first. Texts may have to be looked through for each, so one is better than none.
      const steps = restored ? [restored.shown] : [found.isChecked ? 1 : FIRST_SIZE, PAGE_SIZE];
      for (const step of steps) {
        let groups = isWanted() ? await found.groups(isFirst ? 0 : shown, step, isWanted) : [];
        // It took several askings to find as many for the first time.
        while (restored && isWanted() && groups.length < step && !found.extent().isWhole) {
          groups = await found.groups(0, step, isWanted);
        }
        if (!isWanted()) return;
        if (isFirst) found.milliseconds = performance.now() - started;
        const { items, filled } = sitegen.results(engine, groups, restored ? step : SEEN_AT_ONCE);
        if (isFirst) await (restored ? filled : Promise.race([filled, pause(PASSAGES_WAIT)]));
        if (!isWanted()) return;
        if (isFirst) {
          answer = found;
          shown = 0;
          list.replaceChildren();
          more.hidden = true;
          showNotes(found.notes);
          clearTimeout(waiting);
          status.textContent = sitegen.summary(found.extent(), found.milliseconds);
        }
        list.append(...items);
        shown += items.length;
        isFirst = false;
        if (shown < step) break;
      }
      showExtent();
      if (restored) scrollBack(restored);
      showCounts(found, number);
      const { isWhole, conversations } = found.extent();
      if (isWhole && conversations === 0) {
        // Who is still typing has not misspelt anything yet.
        await pause(SUGGESTION_WAIT);
        if (isWanted()) await suggest(asked.text, number);
      }
    } catch (error) {
      if (!isWanted()) return;
      if (isFirst) {
        tellBroken(error);
      } else {
        // What is shown stays, and more can be asked for again.
        showExtent();
        showNotes([error.message]);
      }
    } finally {
      clearTimeout(waiting);
    }
  }

  // What to bring back: how many results are shown, the first that can be seen, and where on the screen it stands.
  function place() {
    const tops = Array.from(list.children, (item) => item.getBoundingClientRect());
    const first = Math.max(0, tops.findIndex((box) => box.bottom > 0));
    return { shown, first, top: tops[first].top };
  }

  function scrollBack({ first, top }) {
    const item = list.children[first];
    if (item) window.scrollBy(0, item.getBoundingClientRect().top - top);
  }

  // After the results, which people wait for.
  async function showCounts(found, number) {
    try {
      const [counts] = await Promise.all([found.counts(filters.isOpen()), offerChoices()]);
      if (number === newest && found === answer) filters.showCounts(counts);
    } catch (error) {
      console.info("The filters have no counts:", error.message);
    }
  }

  function showRecent(isWanted) {
    const texts = isWanted ? sitegen.recent.all() : [];
    recent.hidden = texts.length === 0;
    recent.querySelector("ul").replaceChildren(...texts.map((text) => {
      const link = document.createElement("a");
      sitegen.address.lead(link, "search.html", "?q=" + encodeURIComponent(text), "");
      link.textContent = text;
      link.dir = "auto";
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
  }

  async function suggest(text, number) {
    const better = await engine.suggest(text);
    if (better === "" || number !== newest) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "search-suggestion";
    button.textContent = better;
    button.addEventListener("click", () => {
      field.value = better;
      field.focus();
      search();
    });
    const line = document.createElement("p");
    const [before, after] = sitegen.say("Did you mean {query}?").split("{query}");
    line.append(before, button, after);
    notes.append(line);
  }

  async function showMore() {
    if (isExtending) return;
    const [found, number] = [answer, newest];
    const isWanted = () => number === newest && found === answer;
    isExtending = true;
    let groups;
    try {
      groups = await found.groups(shown, shown + PAGE_SIZE, isWanted);
    } finally {
      isExtending = false;
    }
    if (!isWanted()) return;
    const { items } = sitegen.results(engine, groups, SEEN_AT_ONCE);
    list.append(...items);
    shown += items.length;
    showExtent();
    if (items.length > 0) items[0].querySelector("a").focus();
  }

  // --- keys ----------------------------------------------------------------------------------------------------

  function move(step) {
    const links = Array.from(list.querySelectorAll("a"));
    const place = links.indexOf(document.activeElement) + step;
    if (place < 0) field.focus();
    else if (place < links.length) links[place].focus();
  }

  sitegen.keys.on("/", () => {
    field.focus();
    field.select();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "ArrowDown" && (event.target === field || list.contains(event.target))) {
      move(1);
    } else if (event.key === "ArrowUp" && list.contains(event.target)) {
      move(-1);
    } else if (event.key === "Escape" && list.contains(event.target)) {
      field.focus();
    } else if (event.key === "Escape" && event.target === field) {
      if (field.value === "") {
        field.blur();
      } else {
        field.value = "";
        search();
      }
    } else {
      return;
    }
    event.preventDefault();
  });

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, TYPING_PAUSE);
  });
  part("filters").addEventListener("pointerenter", () => offerChoices().catch(tellBroken));
  form.addEventListener("focusin", (event) => {
    if (event.target === field) engine.open().catch(tellBroken);
    else offerChoices().catch(tellBroken);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sitegen.recent.add(field.value);
    search();
  });
  list.addEventListener("click", (event) => {
    if (event.target.closest("a")) sitegen.recent.add(field.value);
  });
  part("forget").addEventListener("click", () => {
    sitegen.recent.forget();
    showRecent(true);
    field.focus();
  });
  more.addEventListener("click", () => showMore().catch((error) => showNotes([error.message])));
  // Back brings the same results to the same place, also where the browser builds the page anew.
  sitegen.address.onLeave(() => {
    if (shown > 0) sitegen.address.keep(place());
  });
  sitegen.address.onMove(() => {
    readAddress();
    search();
  });

  readAddress();
  page.hidden = false;
  const asking = isAsking(state());
  const kept = sitegen.address.kept();
  const before = kept && kept.shown ? kept : null;
  if (before) history.scrollRestoration = "manual";
  if (asking) search(before);
  else showRecent(true);
  // With results to read, a keyboard on the screen would be in the way.
  if (!asking || matchMedia("(hover: hover) and (pointer: fine)").matches) field.focus({ preventScroll: true });
})(sitegen);
