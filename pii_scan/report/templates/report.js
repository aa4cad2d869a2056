"use strict";
(function () {
  const form = document.getElementById("filters");
  if (!form) return;
  form.hidden = false;
  const items = Array.from(document.querySelectorAll("#items > li"));
  const texts = items.map((item) => item.dataset.text.toLowerCase());
  const said = document.getElementById("shown");
  const empty = document.getElementById("none-shown");
  const matches = (item, name, wanted) =>
    !wanted || (item.dataset[name] || "").split(" ").includes(wanted);
  function apply() {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    items.forEach((item, index) => {
      const visible =
        words.every((word) => texts[index].includes(word)) &&
        ["level", "verdict", "category", "status"].every((name) =>
          matches(item, name, form.elements[name].value)
        );
      item.hidden = !visible;
      shown += visible ? 1 : 0;
    });
    said.textContent = shown + " van " + items.length + " getoond";
    empty.hidden = shown > 0;
  }
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => window.setTimeout(apply, 0));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
  function openTarget() {
    const target = document.getElementById(window.location.hash.slice(1));
    const details = target && target.querySelector("details");
    if (!details) return;
    if (target.hidden) {
      form.reset();
      apply();
    }
    details.open = true;
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();
})();
