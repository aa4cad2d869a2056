"use strict";
// Keys work while a row of the list has the focus, so that no letter typed elsewhere decides.
(() => {
  const rowOf = (node) => node && node.closest && node.closest("[data-group]");
  const focusOn = (row) => row && row.querySelector(".go").focus();

  const beside = (row, step) => {
    let next = row;
    do next = step > 0 ? next.nextElementSibling : next.previousElementSibling;
    while (next && !next.matches("[data-group]"));
    return next;
  };

  document.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step) {
      event.preventDefault();
      focusOn(beside(row, step));
      return;
    }
    const act = /^[a-z]$/.test(event.key) && row.querySelector(`[data-key="${event.key}"]`);
    if (act) {
      event.preventDefault();
      act.click();
    }
  });

  // The list begins with its first row in focus, unless the address points elsewhere.
  const first = document.querySelector("[data-groups] [data-group] .go");
  if (first && !location.hash) first.focus({ preventScroll: true });

  // After a decision the row is another element: the focus goes on to the row after it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const row = rowOf(event.detail.elt);
    if (row) focusOn(beside(row, 1) || row);
  });

  // What is refused comes back as a whole page: show that page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 409 || xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
      event.detail.target = document.body;
      event.detail.swapOverride = "innerHTML";
    }
  });
})();
