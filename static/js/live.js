// A list that follows what others change, without disturbing who works on it.
//
// <div data-live="…" data-stamp="…">   asked for again every few seconds; what is different is merged in
// <tr data-row id="…">                  a row keeps its place, focus, tick and open form through a merge
//
// While somebody points at the list, types in it, has ticked rows or a form or panel open, rows neither come,
// go nor move: "3 changes – show" stands above the list instead. What they say changes in place.

const EVERY = 4000;
export const panel = document.getElementById("panel");
let waiting = null;
let looking = null;

// The ids of the ticked rows.
export const chosen = new Set();
export const list = () => document.querySelector("[data-live]");
export const rowsIn = (root) => [...root.querySelectorAll("[data-row]")];
export const current = () => list()?.querySelector("[data-row][aria-current]");
export const tick = (row) => row?.querySelector(".tick input");

const ids = (root) => rowsIn(root).map((row) => row.id);
const copyOf = (element) => document.importNode(element, true).childNodes;
const changed = (here) => here.dispatchEvent(new CustomEvent("list:changed", { bubbles: true }));

function busy(here) {
  return (
    here.matches(":hover") ||
    here.contains(document.activeElement) ||
    here.querySelector(".cell-form, details[open]") !== null ||
    chosen.size > 0 ||
    panel.childElementCount > 0
  );
}

function isOpen(element) {
  return element.querySelector(".cell-form, details[open], :is(input, select, textarea):focus") !== null;
}

// Whatever grows or shrinks above it, the row under the pointer or the focus stays where it is on the screen.
function keepingStill(change) {
  const row = list().querySelector("[data-row]:hover") ?? current();
  const top = row?.getBoundingClientRect().top;
  change();
  if (row?.isConnected) window.scrollBy(0, row.getBoundingClientRect().top - top);
}

function flash(element) {
  element.classList.remove("flash");
  void element.offsetWidth;
  element.classList.add("flash");
}

// A link that had the focus has it again in what takes its place.
function refill(element, fresh) {
  const place = [...element.querySelectorAll("a, button, summary")].indexOf(document.activeElement);
  element.replaceChildren(...copyOf(fresh));
  htmx.process(element);
  if (place >= 0) element.querySelectorAll("a, button, summary")[place]?.focus({ preventScroll: true });
}

function mergeRow(row, fresh) {
  if (tick(row)) tick(row).value = tick(fresh).value;
  [...row.cells].forEach((cell, at) => {
    const now = fresh.cells[at];
    if (!now || cell.matches(".tick") || cell.innerHTML === now.innerHTML || isOpen(cell)) return;
    const flashes = cell.textContent.trim() !== now.textContent.trim() && !cell.querySelector(".saved");
    refill(cell, now);
    if (flashes) flash(cell);
  });
}

// How many rows came, went or moved.
function moved(old, now) {
  const [were, are] = [new Set(old), new Set(now)];
  const stayed = old.filter((id) => are.has(id));
  const still = now.filter((id) => were.has(id));
  const shifted = stayed.filter((id, at) => id !== still[at]).length;
  return old.length - stayed.length + (now.length - still.length) + shifted;
}

function mergeList(fresh, force) {
  const here = list();
  const changes = moved(ids(here), ids(fresh));
  const newRows = new Map(rowsIn(fresh).map((row) => [row.id, row]));
  const held = changes > 0 && !force && busy(here);
  keepingStill(() => {
    for (const row of rowsIn(here)) if (newRows.has(row.id)) mergeRow(row, newRows.get(row.id));
    if (held) offer(fresh, changes);
    else if (changes > 0) replaceRows(here, fresh);
    else mergeAround(here, fresh);
  });
  here.dataset.stamp = fresh.dataset.stamp;
  changed(here);
}

// Rows are moved, not made anew: what is open or focused in one moves along.
function replaceRows(here, fresh) {
  const old = new Map(rowsIn(here).map((row) => [row.id, row]));
  const at = ids(here).indexOf(current()?.id);
  const focused = here.contains(document.activeElement) ? document.activeElement : null;
  for (const row of rowsIn(fresh)) {
    if (old.has(row.id)) row.replaceWith(old.get(row.id));
    else row.classList.add("flash");
  }
  here.replaceChildren(...fresh.childNodes);
  htmx.process(here);
  letGo();
  if (at >= 0 && !current()) stand(rowsIn(here)[Math.min(at, rowsIn(here).length - 1)]);
  else if (focused?.isConnected) focused.focus({ preventScroll: true });
}

// What is ticked and no longer here is let go, and what waited is shown.
function letGo() {
  document.getElementById("waiting")?.remove();
  for (const id of chosen) if (!document.getElementById(id)) chosen.delete(id);
}

// The row one was on is gone: the one in its place is next.
function stand(row) {
  if (!row) return;
  row.setAttribute("aria-current", "true");
  row.tabIndex = -1;
  if (!panel.childElementCount) row.focus({ preventScroll: true });
}

// The counts above the rows, the pages below.
function mergeAround(here, fresh) {
  const now = [...fresh.children];
  [...here.children].forEach((element, at) => {
    if (element.matches(".scroll") || !now[at] || element.innerHTML === now[at].innerHTML) return;
    if (!isOpen(element)) refill(element, now[at]);
  });
}

function offer(fresh, changes) {
  waiting = fresh;
  const note = document.getElementById("waiting") ?? document.createElement("button");
  note.textContent = `${changes} change${changes === 1 ? "" : "s"} – show`;
  if (note.isConnected) return;
  note.id = "waiting";
  note.type = "button";
  note.className = "button waiting";
  note.addEventListener("click", () => mergeList(waiting, true));
  list().before(note);
}

// The rest of a launch's page: its sentence, its figures.
function mergeSection(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old || old.innerHTML === fresh.innerHTML || isOpen(old) || old.contains(document.activeElement)) return;
  const were = new Set([...old.querySelectorAll("dd")].map((part) => part.textContent));
  fresh.removeAttribute("hx-swap-oob");
  keepingStill(() => old.replaceWith(fresh));
  htmx.process(fresh);
  for (const part of fresh.querySelectorAll("dd")) if (!were.has(part.textContent)) flash(part);
}

function merge(html, force) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const part of [...document.importNode(template.content, true).children]) {
    if (part.matches("[data-live]")) mergeList(part, force);
    else if (part.id) mergeSection(part);
  }
}

async function fetched(here, force) {
  const headers = { Live: "true", "HX-Request": "true" };
  if (!force && here.dataset.stamp) headers["If-None-Match"] = `"${here.dataset.stamp}"`;
  try {
    const answer = await fetch(here.dataset.live, { headers, cache: "no-store" });
    const html = answer.ok && !answer.redirected ? await answer.text() : "";
    if (html && here.isConnected) merge(html, force);
  } catch {
    // The network is away: the next look is in a few seconds.
  }
}

// Look if anything is different; `force` shows all of it at once, because it is what one did oneself.
export async function look(force) {
  while (looking) {
    if (!force) return;
    await looking;
  }
  if (!list() || document.hidden) return;
  looking = fetched(list(), force);
  await looking;
  looking = null;
}

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const fresh = event.detail.fragment.firstElementChild;
  if (event.detail.target !== list() || !fresh?.matches("[data-live]")) return;
  event.detail.shouldSwap = false;
  mergeList(fresh.cloneNode(true), true);
});

// A filter shows other rows.
document.addEventListener("htmx:afterSwap", () => {
  const here = list();
  if (!here || here.dataset.seen) return;
  here.dataset.seen = "true";
  letGo();
  changed(here);
});

if (list()) {
  list().dataset.seen = "true";
  document.addEventListener("visibilitychange", () => look(false));
  setInterval(() => look(false), EVERY);
}
