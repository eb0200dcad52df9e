// Lists of blockers: edited in place and chosen from.
//
// <a data-edit="…" href="…">   a click puts the form at its address into its cell; Esc leaves it
// <form id="many">             the ticked rows, else the current one, and what to do with them

const many = byId("many");
let edited, commenting;
let chosen = [];

// --- Edit in place ----------------------------------------------------------------------------------

onClick("[data-live] a[data-edit]", edit);

async function edit(link) {
  const cell = link.closest("td");
  cell.was = [...cell.childNodes];
  await htmx.ajax("GET", link.href, { source: link, target: cell, swap: "innerHTML" });
  $(`.cell-form ${fields}`, cell)?.focus();
}

function leave(inside) {
  const cell = inside.closest("td");
  if (!cell?.was) return;
  cell.replaceChildren(...cell.was);
  $("[data-edit]", cell)?.focus();
  return true;
}

onClick(".cell-form [data-leave]", leave);
on("keydown", ".cell-form", (form, { key }) => key === "Escape" && leave(form), true);

// --- Choosing ---------------------------------------------------------------------------------------

const ticks = () => $$("[data-live] .tick input");

function showTicks() {
  const boxes = ticks();
  const now = boxes.filter((box) => box.checked);
  const all = $("[data-tick-all]");
  chosen = now.map((box) => box.value);
  if (all) {
    all.hidden = false;
    all.checked = now[0] && now.length === boxes.length;
  }
  if (!many) return;
  many.classList.toggle("idle", !now[0]);
  $("b", many).textContent = now.length;
  $("[type=reset]", many).hidden = false;
}

on("change", "[data-tick-all]", (all) => {
  for (const box of ticks()) box.checked = all.checked;
});
on("change", "[data-live]", showTicks);
on("reset", "#many", () => {
  setTimeout(showTicks);
});

// A key acts on the current row when nothing is ticked; it is ticked for as long as the form is read.
on("click", "#many [name=action]", () => {
  const box = tick(currentRow() ?? many);
  if (chosen[0] || !box) return;
  box.checked = true;
  setTimeout(() => (box.checked = false));
}, true);

// A filter shows other rows; those that are still there stay ticked.
on("htmx:afterSwap", "*", () => {
  for (const box of ticks()) if (chosen.includes(box.value)) box.checked = true;
  if (list()) showTicks();
});

// --- After a write ----------------------------------------------------------------------------------

on("htmx:beforeRequest", ".cell-form", (form) => {
  edited = form.closest("td");
});

on("htmx:afterRequest", "*", (_, { detail: { requestConfig, successful, target } }) => {
  if (!successful || requestConfig.verb === "get" || !list()) return;
  if (requestConfig.elt.matches(".cell-form")) savedInPlace();
  else if (target.id === "told") done();
  else if (!byId("blocking")) lookAgain(true);
});

function savedInPlace() {
  if (edited && !$(".cell-form", edited)) $("[data-edit]", edited)?.focus(still);
  lookAgain();
}

async function done() {
  many?.reset();
  closePanel();
  await lookAgain(true);
  if (focused() === document.body) currentRow()?.focus(still);
}

// --- Comment ----------------------------------------------------------------------------------------

keys.c = () => {
  const row = $("[data-live] [aria-current][data-row]");
  if (!row || panel.firstChild) return;
  commenting = row.id.replace("blocker-", "#talk-");
  $("[data-open]", row).click();
};

// What has been said may come after the panel.
on("htmx:afterSettle", "*", () => {
  const field = commenting && $(`${commenting} textarea`);
  if (!field) return;
  field.focus();
  commenting = null;
});

if (list()) showTicks();
