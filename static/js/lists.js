// Lists of blockers: edited in place and chosen from. Works without, too.
//
// <a data-edit="…" href="…">   a click puts the form at its address into its cell; Esc leaves it
// <form id="many">             the ticked rows, else the current one, and what to do with them

import { chosen, current, list, look, panel, rowsIn, tick } from "./live.js";

const many = document.getElementById("many");
const before = new WeakMap();
let edited = null;
let commenting = null;

// --- Edit in place ----------------------------------------------------------------------------------

async function edit(link) {
  const cell = link.closest("td");
  before.set(cell, [...cell.childNodes]);
  await htmx.ajax("GET", link.href, { source: link, target: cell, swap: "innerHTML" });
  cell.querySelector(".cell-form :is(input, select):not([type=hidden])")?.focus();
}

function leave(form) {
  const cell = form.closest("td");
  if (!before.has(cell)) return false;
  cell.replaceChildren(...before.get(cell));
  cell.querySelector("[data-edit]")?.focus();
  return true;
}

document.addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  const link = event.target.closest("[data-live] a[data-edit]");
  const form = event.target.closest("[data-leave]")?.closest(".cell-form");
  if (link) edit(link);
  if (link || (form && leave(form))) event.preventDefault();
});

document.addEventListener(
  "keydown",
  (event) => {
    const form = event.key === "Escape" && event.target.closest?.(".cell-form");
    if (form && leave(form)) event.preventDefault();
  },
  true,
);

// --- Choosing ---------------------------------------------------------------------------------------

function showChosen() {
  for (const row of rowsIn(list())) {
    if (tick(row)) tick(row).checked = chosen.has(row.id);
    row.classList.toggle("chosen", chosen.has(row.id));
  }
  const all = document.querySelector("[data-tick-all]");
  if (all) {
    all.hidden = false;
    all.checked = chosen.size > 0 && rowsIn(list()).every((row) => chosen.has(row.id));
  }
  if (!many) return;
  many.classList.toggle("idle", chosen.size === 0);
  many.querySelector("[data-chosen]").textContent = `${chosen.size} chosen`;
  many.querySelector("[data-choose-none]").hidden = false;
}

function choose(row, yes) {
  if (yes) chosen.add(row.id);
  else chosen.delete(row.id);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    for (const row of rowsIn(list())) choose(row, event.target.checked);
  } else if (event.target.matches(".tick input")) {
    choose(event.target.closest("[data-row]"), event.target.checked);
  } else {
    return;
  }
  showChosen();
});

many?.addEventListener("reset", (event) => {
  event.preventDefault();
  chosen.clear();
  showChosen();
});

// A key acts on the current row when nothing is ticked; it is ticked for as long as the form is read.
many?.addEventListener(
  "click",
  (event) => {
    const box = tick(current());
    if (!event.target.closest("button[name=action]") || chosen.size || !box) return;
    box.checked = true;
    setTimeout(showChosen);
  },
  true,
);

// --- After a write ----------------------------------------------------------------------------------

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches(".cell-form")) edited = event.target.closest("td");
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, successful, target } = event.detail;
  if (!successful || requestConfig.verb === "get" || !list()) return;
  if (requestConfig.elt?.matches(".cell-form")) savedInPlace();
  else if (target?.id === "told") done();
  else if (!document.getElementById("blocking")) look(true);
});

function savedInPlace() {
  if (!edited?.querySelector(".cell-form")) edited?.querySelector("[data-edit]")?.focus({ preventScroll: true });
  look(false);
}

async function done() {
  chosen.clear();
  panel.querySelector(".panel-close")?.click();
  await look(true);
  if (document.activeElement === document.body) current()?.focus({ preventScroll: true });
}

// --- Comment ----------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.key !== "c" || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
  const row = current();
  if (!row || panel.childElementCount || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  commenting = row.id.replace("blocker-", "talk-");
  row.querySelector("[data-open]").click();
});

// What has been said may come after the panel.
document.addEventListener("htmx:afterSettle", () => {
  const field = commenting && document.querySelector(`#${commenting} textarea`);
  if (!field) return;
  field.focus();
  commenting = null;
});

document.addEventListener("list:changed", showChosen);
if (list()) showChosen();
