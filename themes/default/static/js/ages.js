"use strict";
/* Tells how long ago a date was, which a page that is built once and read for months can't say itself.
 * Owns every time[data-age], and the [data-remind-after] beside one, which shows when the date is older than so many
 * days. */
(function (sitegen) {
  const DAY = 24 * 60 * 60 * 1000;

  // "today", "yesterday", "12 days ago", "3 months ago", "2 years ago".
  function age(milliseconds) {
    const days = Math.floor(milliseconds / DAY);
    if (days < 1) return "today";
    if (days < 2) return "yesterday";
    if (days < 60) return days + " days ago";
    if (days < 730) return Math.floor(days / 30.44) + " months ago";
    return Math.floor(days / 365.25) + " years ago";
  }

  function start(element) {
    const passed = Date.now() - Date.parse(element.dateTime);
    if (passed >= 0) element.append(", " + age(passed));
    const reminder = element.closest("li, section")?.querySelector("[data-remind-after]");
    if (reminder) reminder.hidden = passed < Number(reminder.dataset.remindAfter) * DAY;
  }

  sitegen.ages = { age, start };
  document.querySelectorAll("time[data-age]").forEach(start);
})(sitegen);
