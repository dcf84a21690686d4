"use strict";
/* Makes one tab stop of the many marks of a chart; the arrow keys go from mark to mark, Home and End to the first and the
 * last. Owns the elements with `data-marks`, whose links stand in the order of time. Without it, each mark is a tab stop. */
(function (sitegen) {
  // The mark beside `marks[place]` in the next column (1) or the one before it (-1): the one nearest in height.
  function beside(marks, place, step) {
    const boxes = marks.map((mark) => mark.lastElementChild.getBoundingClientRect());
    const own = boxes[place];
    let next = place + step;
    while (next >= 0 && next < marks.length && Math.abs(boxes[next].x - own.x) < 1) next += step;
    if (next < 0 || next >= marks.length) return place;
    const column = boxes[next].x;
    for (let other = next; other >= 0 && other < marks.length && Math.abs(boxes[other].x - column) < 1; other += step) {
      if (Math.abs(boxes[other].y - own.y) < Math.abs(boxes[next].y - own.y)) next = other;
    }
    return next;
  }

  const MOVES = {
    ArrowUp: (marks, place) => Math.max(0, place - 1),
    ArrowDown: (marks, place) => Math.min(marks.length - 1, place + 1),
    ArrowLeft: (marks, place) => beside(marks, place, -1),
    ArrowRight: (marks, place) => beside(marks, place, 1),
    Home: () => 0,
    End: (marks) => marks.length - 1,
  };

  function start(chart) {
    const marks = Array.from(chart.querySelectorAll("a"));

    function makeStop(chosen) {
      for (const mark of marks) mark.setAttribute("tabindex", mark === chosen ? "0" : "-1");
    }

    chart.addEventListener("keydown", (event) => {
      const place = marks.indexOf(document.activeElement);
      if (place < 0 || !Object.hasOwn(MOVES, event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = marks[MOVES[event.key](marks, place)];
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    // One for each: a chart that listens for focus itself would be a tab stop in Chromium.
    for (const mark of marks) mark.addEventListener("focus", () => makeStop(mark));
    chart.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight ArrowUp ArrowDown Home End");
    makeStop(marks[marks.length - 1]);
  }

  sitegen.marks = { start };
  document.querySelectorAll("[data-marks]").forEach(start);
})(sitegen);
