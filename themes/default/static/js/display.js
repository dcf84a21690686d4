"use strict";
/* What the reader chose: colours, size, spacing, keys. Owns [data-display] and the inputs with [data-setting], whose value
 * becomes the root element's attribute of the same name; "" takes it away. */
(function (sitegen) {
  const root = document.documentElement;

  function key(name) {
    return "sitegen-" + name;
  }

  function remember(name, value) {
    try {
      if (value) localStorage.setItem(key(name), value);
      else localStorage.removeItem(key(name));
    } catch (error) {
      // Storage is switched off or full: the choice holds for this page only.
    }
  }

  // What is remembered, or what the page has where nothing can be.
  function remembered(name) {
    try {
      return localStorage.getItem(key(name)) || "";
    } catch (error) {
      return root.dataset[name] || "";
    }
  }

  function show(name, value) {
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
  }

  function startSettings(inputs) {
    const names = new Set(inputs.map((input) => input.dataset.setting));

    function refresh() {
      for (const name of names) {
        const all = inputs.filter((input) => input.dataset.setting === name);
        const chosen = all.find((input) => input.value === remembered(name)) || all.find((input) => input.value === "");
        chosen.checked = true;
        show(name, chosen.value);
      }
    }

    for (const input of inputs) {
      input.addEventListener("change", () => {
        show(input.dataset.setting, input.value);
        remember(input.dataset.setting, input.value);
      });
    }
    // Another page, or this one before the reader came back to it, may have been told otherwise.
    window.addEventListener("storage", refresh);
    window.addEventListener("pageshow", refresh);
    refresh();
  }

  // Closes like a menu: by Escape, by a click elsewhere, and when the focus leaves.
  function startPanel(panel) {
    const summary = panel.querySelector("summary");
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !panel.open) return;
      event.preventDefault();
      panel.open = false;
      summary.focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!panel.contains(event.target)) panel.open = false;
    });
    panel.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !panel.contains(event.relatedTarget)) panel.open = false;
    });
  }

  sitegen.display = { startSettings, startPanel };
  startSettings(Array.from(document.querySelectorAll("[data-setting]")));
  document.querySelectorAll("[data-display]").forEach(startPanel);
})(sitegen);
