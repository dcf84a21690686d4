"use strict";
/* Tells how long ago a date was, which a page that is built once and read for months can't say itself.
 * Owns every time[data-age], and the [data-remind-after] beside one, which shows when the date is older than so many
 * days. */
(function (sitegen) {
  const DAY = 24 * 60 * 60 * 1000;

  // "today", "yesterday", "12 days ago", "3 months ago", "2 years ago".
  function age(milliseconds) {
    const days = Math.floor(milliseconds / DAY);
    const inAll = (length) => Math.floor(days / length);
    if (days < 1) return sitegen.say("today");
    if (days < 2) return sitegen.say("yesterday");
    if (days < 60) return sitegen.sayCount("{count} day ago", "{count} days ago", days);
    if (days < 730) return sitegen.sayCount("{count} month ago", "{count} months ago", inAll(30.44));
    return sitegen.sayCount("{count} year ago", "{count} years ago", inAll(365.25));
  }

  function start(element) {
    const passed = Date.now() - Date.parse(element.dateTime);
    if (passed >= 0) {
      element.textContent = sitegen.say("{date}, {age}", { date: element.textContent, age: age(passed) });
    }
    const reminder = element.closest("li, section")?.querySelector("[data-remind-after]");
    if (reminder) reminder.hidden = passed < Number(reminder.dataset.remindAfter) * DAY;
  }

  sitegen.ages = { age, start };
  document.querySelectorAll("time[data-age]").forEach(start);
})(sitegen);
