"use strict";
/* The filters of the search page: what is chosen, the choices with how many conversations are behind each, and the quick
 * ranges of dates. */
(function (sitegen) {
  const NAMES = ["from", "to", "source", "folder", "tag", "role", "model", "language", "code", "files", "starred", "account"];
  const FURTHER = ["role", "model", "language", "code", "files", "starred", "account"];
  const DAY = 86400000;

  function isoDay(date) {
    const two = (number) => String(number).padStart(2, "0");
    return date.getFullYear() + "-" + two(date.getMonth() + 1) + "-" + two(date.getDate());
  }

  // What a quick range means today: [from, to].
  function rangeOf(choice, today) {
    const year = today.getFullYear();
    if (choice === "year") return [year + "-01-01", ""];
    if (choice === "before") return [year - 1 + "-01-01", year - 1 + "-12-31"];
    return [isoDay(new Date(today.getTime() - (Number(choice) - 1) * DAY)), ""];
  }

  // `changed` is called when another choice was made, `opened` when more of the filters are shown.
  sitegen.filters = function (page, form, changed, opened) {
    const part = (name) => page.querySelector("[data-search-" + name + "]");
    const [when, dates, further, toggle] = ["when", "dates", "further", "toggle"].map(part);
    const control = (name) => form.elements.namedItem(name);

    function value(name) {
      const input = control(name);
      return input.type === "checkbox" ? (input.checked ? "1" : "") : input.value;
    }

    // Selects `choice`, which no list may have named yet.
    function choose(select, choice) {
      if (!Array.from(select.options).some((option) => option.value === choice)) {
        select.add(new Option(select.name === "tag" ? sitegen.facets.labelOfFlag(choice) : choice, choice));
      }
      select.value = choice;
    }

    function set(name, choice) {
      const input = control(name);
      if (input.type === "checkbox") input.checked = choice === "1";
      else if (input.tagName === "SELECT") choose(input, choice);
      else input.value = choice;
    }

    // Which quick range the dates are, and whether they and the further filters can be seen.
    function showState() {
      const [from, to] = [value("from"), value("to")];
      const quick = Array.from(when.options, (option) => option.value).filter((choice) => /^(\d+|year|before)$/.test(choice));
      const range = quick.find((choice) => rangeOf(choice, new Date()).join() === [from, to].join());
      if (from || to) when.value = range || "custom";
      else if (when.value !== "custom") when.value = "";
      dates.hidden = when.value !== "custom";
      const chosen = FURTHER.filter((name) => value(name) !== "").length;
      if (chosen > 0) further.hidden = false;
      toggle.setAttribute("aria-expanded", String(!further.hidden));
      toggle.textContent = further.hidden ? sitegen.say("More filters") : sitegen.say("Fewer filters");
      toggle.disabled = chosen > 0;
    }

    function fill(select, choices) {
      const chosen = select.value;
      while (select.options.length > 1) select.remove(1);
      for (const [choice, label] of choices) select.add(new Option(label, choice));
      choose(select, chosen);
    }

    // Writes behind what an element says how many conversations it would leave; null for nobody knows.
    function tell(element, count) {
      element.dataset.label = element.dataset.label || element.textContent;
      const { label } = element.dataset;
      element.textContent = count === null
        ? label
        : sitegen.say("{label} ({count})", { label, count: sitegen.number(count) });
    }

    // The same for each choice of `select`, by its value.
    function tellEach(select, counts) {
      for (const option of select.options) {
        if (option.value !== "") tell(option, counts && (counts.get(option.value) || 0));
      }
    }

    function hideOptional(name, isNeeded) {
      control(name).closest("[data-search-optional]").hidden = !isNeeded && value(name) === "";
    }

    when.addEventListener("change", (event) => {
      event.stopPropagation();
      if (when.value !== "custom") {
        const [from, to] = when.value === "" ? ["", ""] : rangeOf(when.value, new Date());
        set("from", from);
        set("to", to);
      }
      showState();
      if (when.value === "custom") control("from").focus();
      else changed();
    });
    toggle.addEventListener("click", () => {
      further.hidden = !further.hidden;
      showState();
      if (!further.hidden) opened();
    });
    form.addEventListener("change", (event) => {
      if (event.target.type === "search") return;
      showState();
      changed();
    });

    return {
      names: NAMES.concat("order"),

      // {name: choice}, "" for any.
      chosen: () => Object.fromEntries(NAMES.map((name) => [name, value(name)])),
      order: () => value("order"),
      isOpen: () => !further.hidden,

      // Takes the choices from an address.
      read(parameters) {
        for (const name of NAMES.concat("order")) set(name, parameters.get(name) || "");
        showState();
      },

      // Offers what `facets` name. Filters that could divide nothing stay hidden.
      offer(facets) {
        const labels = new Map(facets.sources.names.map((name, i) => [name, facets.sourceLabels[i]]));
        const named = (column) => facets[column].names.filter((name) => name !== "").map((name) => [name, name]);
        fill(control("source"), Array.from(labels));
        const folders = new Set(facets.folders.names.filter((name) => name !== "").flatMap(sitegen.facets.foldersAbove));
        fill(control("folder"), Array.from(folders).sort().map((folder) => [folder, folder]));
        const tags = sitegen.facets.tags(facets);
        fill(control("tag"), tags.map((tag) => [tag, sitegen.facets.labelOfFlag(tag)]));
        fill(control("model"), named("models"));
        fill(control("language"), named("languages"));
        hideOptional("tag", tags.length > 0);
        hideOptional("model", facets.models.names.length > 1);
        hideOptional("language", facets.languages.names.length > 0);
        hideOptional("account", facets.flags.names.includes("only here"));
        hideOptional("files", facets.flags.names.includes("files"));
        hideOptional("starred", facets.flags.names.some((flag) => flag === "starred" || flag === "pinned"));
      },

      // Shows the counts of an answer, as of sitegen.facets.counts; null for none.
      showCounts(counts) {
        for (const name of ["source", "folder", "tag", "role", "model", "language", "account"]) {
          if (!counts || counts[name]) tellEach(control(name), counts && counts[name]);
        }
        for (const name of ["code", "files", "starred"]) {
          if (!counts || counts[name] !== null) tell(control(name).nextElementSibling, counts && counts[name]);
        }
      },
    };
  };
})(sitegen);
