"use strict";
/* The choice of colours: the system's, light or dark. Owns the element [data-theme-switch]. */
(function (sitegen) {
  const KEY = "sitegen-theme";
  const CHOICES = ["light", "dark"];
  const root = document.documentElement;

  function remember(choice) {
    try {
      if (CHOICES.includes(choice)) localStorage.setItem(KEY, choice);
      else localStorage.removeItem(KEY);
    } catch (error) {
      // Storage is switched off: the choice holds for this page only.
    }
  }

  function show(choice) {
    if (CHOICES.includes(choice)) root.dataset.theme = choice;
    else delete root.dataset.theme;
  }

  function start(select) {
    select.value = root.dataset.theme || "system";
    select.addEventListener("change", () => {
      show(select.value);
      remember(select.value);
    });
    window.addEventListener("storage", (event) => {
      if (event.key !== KEY) return;
      show(event.newValue);
      select.value = root.dataset.theme || "system";
    });
  }

  sitegen.themeSwitch = { start };
  document.querySelectorAll("[data-theme-switch]").forEach(start);
})(sitegen);
