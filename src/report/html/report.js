// What the HTML report can do where scripts may run: filter, go through by keys, choose a theme, open all for printing.
// Everything is in the document already; nothing is asked from anywhere.
"use strict";
(() => {
  const by_id = (id) => document.getElementById(id);
  const items = [...document.querySelectorAll("#list > .finding")];

  // ---- Theme ----

  const themes = [["", "as the system"], ["light", "light"], ["dark", "dark"]];
  const theme = by_id("theme");
  let chosen = 0;
  theme.hidden = false;
  theme.addEventListener("click", () => {
    chosen = (chosen + 1) % themes.length;
    const [name, words] = themes[chosen];
    if (name) document.documentElement.dataset.theme = name;
    else delete document.documentElement.dataset.theme;
    theme.textContent = `Theme: ${words}`;
  });

  // ---- Opening what a link leads to, and everything for paper ----

  const open_target = () => {
    const target = by_id(location.hash.slice(1));
    if (!target || target.tagName !== "DETAILS") return;
    target.open = true;
    target.scrollIntoView();
    target.querySelector("summary").focus({preventScroll: true});
  };
  addEventListener("hashchange", open_target);
  addEventListener("load", open_target);

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
  });

  if (items.length < 2) return;

  // ---- Filters ----

  const words = by_id("words"), count = by_id("count");
  const choices = ["kind", "status", "confidence", "file"].map((name) => [name, by_id(`by-${name}`)]);
  const values = (item, name) =>
    name === "file" ? item.dataset.files.split("\n").filter(Boolean) : [item.dataset[name]];

  for (const [name, select] of choices) {
    const counts = new Map();
    for (const item of items)
      for (const value of values(item, name)) counts.set(value, (counts.get(value) ?? 0) + 1);
    for (const value of [...counts.keys()].sort())
      select.add(new Option(`${value} (${counts.get(value)})`, value));
  }

  // Made when it is first needed: nearly all of the page.
  let texts = null;
  const text_of = (index) => {
    texts ??= items.map((item) => item.textContent.toLowerCase());
    return texts[index];
  };

  const filter = () => {
    const wanted = words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const set = choices.filter(([, select]) => select.value !== "");
    let shown = 0;
    items.forEach((item, index) => {
      const fits = set.every(([name, select]) => values(item, name).includes(select.value)) &&
        wanted.every((word) => text_of(index).includes(word));
      item.hidden = !fits;
      shown += fits;
    });
    count.textContent = shown === items.length ? `all ${shown} shown` : `${shown} of ${items.length} shown`;
  };
  let waiting = 0;
  words.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 80);
  });
  for (const [, select] of choices) select.addEventListener("change", filter);
  by_id("filters").addEventListener("submit", (event) => event.preventDefault());
  by_id("filters").hidden = false;
  filter();

  // ---- Keys ----

  const current = () => document.activeElement.closest("#list > .finding");
  const go = (step) => {
    const shown = items.filter((item) => !item.hidden);
    const at = shown.indexOf(current());
    const next = shown[at < 0 ? (step > 0 ? 0 : shown.length - 1) : at + step];
    if (!next) return;
    next.querySelector("summary").focus();
    next.scrollIntoView({block: "nearest"});
  };
  const close = () => {
    const item = current();
    if (!item) return;
    item.querySelector("details").open = false;
    item.querySelector("summary").focus();
  };
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    "/": () => words.focus(),
    Escape: close,
  };
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (words.value === "") words.blur();
    words.value = "";
    filter();
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !by_id("keys").checked) return;
    const act = keys[event.key];
    if (!act) return;
    act();
    event.preventDefault();
  });
})();
