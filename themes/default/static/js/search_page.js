"use strict";
/* The search page: its field, filters, results, address and keys. Owns the element with `data-search`. Nothing of the
 * index loads before there is something to search for. */
(function (sitegen) {
  const page = document.querySelector("[data-search]");
  if (!page) return;

  const PAGE_SIZE = 20;
  const TYPING_PAUSE = 120;
  const PATIENCE = 200;
  const FILTERS = ["from", "to", "source", "folder", "role", "code"];
  const part = (name) => page.querySelector("[data-search-" + name + "]");
  const [form, field, status, notes, list, more] =
    ["form", "query", "status", "notes", "results", "more"].map(part);
  const engine = sitegen.search(sitegen.loadScript);
  let newest = 0;
  let timer = 0;
  let answer = null;
  let shown = 0;

  // --- the address ---------------------------------------------------------------------------------------------

  function control(name) {
    return form.elements.namedItem(name);
  }

  function state() {
    const filters = {};
    for (const name of FILTERS) {
      const input = control(name);
      filters[name] = input.type === "checkbox" ? (input.checked ? "1" : "") : input.value;
    }
    return { text: field.value, filters };
  }

  function writeAddress({ text, filters }) {
    const parameters = new URLSearchParams();
    if (text.trim() !== "") parameters.set("q", text);
    for (const name of FILTERS) if (filters[name]) parameters.set(name, filters[name]);
    const query = parameters.toString();
    try {
      history.replaceState(null, "", location.pathname + (query ? "?" + query : ""));
    } catch (error) {
      // Some browsers refuse this for files, or when it comes too often: then the address stays behind.
      console.info("The address could not be updated:", error.message);
    }
  }

  function readAddress() {
    const parameters = new URLSearchParams(location.search);
    field.value = parameters.get("q") || "";
    for (const name of FILTERS) {
      const input = control(name);
      const value = parameters.get(name) || "";
      if (input.type === "checkbox") input.checked = value === "1";
      else if (input.tagName === "SELECT") choose(input, value);
      else input.value = value;
    }
  }

  // Selects `value`, which the manifest may not have named yet.
  function choose(select, value) {
    if (!Array.from(select.options).some((option) => option.value === value)) select.add(new Option(value, value));
    select.value = value;
  }

  function isAsking({ text, filters }) {
    return text.trim() !== "" || FILTERS.some((name) => filters[name]);
  }

  // --- choices of the filters ----------------------------------------------------------------------------------

  async function fillFilters() {
    const manifest = await engine.open();
    fill(control("source"), manifest.sources);
    fill(control("folder"), folderChoices(manifest.folders).map((folder) => [folder, folder]));
  }

  function folderChoices(folders) {
    const all = new Set();
    for (const folder of folders.filter((name) => name !== "")) {
      const steps = folder.split("/");
      steps.forEach((_, i) => all.add(steps.slice(0, i + 1).join("/")));
    }
    return Array.from(all).sort();
  }

  function fill(select, choices) {
    const value = select.value;
    if (select.dataset.filled) return;
    select.dataset.filled = "yes";
    while (select.options.length > 1) select.remove(1);
    for (const [choice, label] of choices) select.add(new Option(label, choice));
    choose(select, value);
  }

  // --- searching -----------------------------------------------------------------------------------------------

  function counted(number, one, many) {
    return number.toLocaleString("en") + " " + (number === 1 ? one : many);
  }

  function summary(found, milliseconds) {
    const conversations = counted(found.groups.length, "conversation", "conversations");
    const where = found.messages > 0
      ? counted(found.messages, "message", "messages") + " in " + conversations
      : conversations;
    return where + " · " + (milliseconds < 1000
      ? Math.max(1, Math.round(milliseconds)) + " ms"
      : (milliseconds / 1000).toFixed(1) + " s");
  }

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
    clear(error.message + " Build the site again, and keep the folder “search” beside this page.");
  }

  async function search() {
    clearTimeout(timer);
    const asked = state();
    const number = ++newest;
    writeAddress(asked);
    if (!isAsking(asked)) {
      clear("");
      return;
    }
    const started = performance.now();
    const waiting = setTimeout(() => {
      if (number === newest) status.textContent = "Searching…";
    }, PATIENCE);
    try {
      await fillFilters();
      const found = await engine.run(asked.text, asked.filters);
      const milliseconds = performance.now() - started;
      if (number !== newest) return;
      const items = await sitegen.results(sitegen.root, engine, found.groups.slice(0, PAGE_SIZE));
      if (number !== newest) return;
      answer = found;
      shown = items.length;
      list.replaceChildren(...items);
      more.hidden = shown >= answer.groups.length;
      showNotes(found.notes);
      clearTimeout(waiting);
      status.textContent = found.groups.length > 0
        ? summary(found, milliseconds)
        : "Nothing was found. Try fewer words, another spelling, or no filters.";
      if (found.groups.length === 0) await suggest(asked.text, number);
    } catch (error) {
      if (number === newest) tellBroken(error);
    } finally {
      clearTimeout(waiting);
    }
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
    line.append("Did you mean ", button, "?");
    notes.append(line);
  }

  async function showMore() {
    const number = newest;
    const items = await sitegen.results(sitegen.root, engine, answer.groups.slice(shown, shown + PAGE_SIZE));
    if (number !== newest) return;
    list.append(...items);
    shown += items.length;
    more.hidden = shown >= answer.groups.length;
    items[0].querySelector("a").focus();
  }

  // --- keys ----------------------------------------------------------------------------------------------------

  function move(step) {
    const links = Array.from(list.querySelectorAll("a"));
    const place = links.indexOf(document.activeElement) + step;
    if (place < 0) field.focus();
    else if (place < links.length) links[place].focus();
  }

  function isTyping(target) {
    return target instanceof Element && target.closest("input, select, textarea, [contenteditable]") !== null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "/" && !isTyping(event.target)) {
      field.focus();
      field.select();
    } else if (event.key === "ArrowDown" && (event.target === field || list.contains(event.target))) {
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
  field.addEventListener("focus", () => {
    fillFilters().catch(tellBroken);
  });
  form.addEventListener("change", (event) => {
    if (event.target !== field) search();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  for (const name of ["source", "folder"]) {
    control(name).addEventListener("focus", () => fillFilters().catch(tellBroken));
  }
  more.addEventListener("click", () => showMore().catch((error) => showNotes([error.message])));
  window.addEventListener("popstate", () => {
    readAddress();
    search();
  });

  readAddress();
  page.hidden = false;
  const asking = isAsking(state());
  if (asking) search();
  // With results to read, a keyboard on the screen would be in the way.
  if (!asking || matchMedia("(hover: hover) and (pointer: fine)").matches) field.focus({ preventScroll: true });
})(sitegen);
