// A list that follows what others change, without disturbing who works on it.
//
// <div data-live="…" data-stamp="…">   asked for again every few seconds; what is different is merged in
// <tr data-row id="…">                  a row keeps its place, focus, tick and open form through a merge
//
// While somebody points at the list, types in it, has ticked rows or a form or panel open, rows neither come,
// go nor move: the button #waiting stands above the list instead. What they say changes in place.

let looking;

const list = () => $("[data-live]");
const rowsIn = (place) => $$("[data-row]", place);
const tick = (row) => $(".tick input", row);
const isOpen = (element) => $(".cell-form, details[open], :is(input, select, textarea):focus", element);
const say = (element) => element.textContent.trim();

function isBusy(here) {
  return here.matches(":hover, :focus-within") || panel.firstChild || $(".cell-form, details[open], .tick :checked", here);
}

// Whatever grows or shrinks above it, the row under the pointer or the focus stays where it is on the screen.
function keepingStill(change) {
  const row = $("[data-row]:hover") ?? currentRow();
  const top = () => row?.getBoundingClientRect().top;
  const was = top();
  change();
  if (row?.isConnected) scrollBy(0, top() - was);
}

// What is different is taken over, but nothing is taken from under somebody's hands. A link that had the focus
// has it again in what takes its place.
function take(element, fresh) {
  if (!fresh || element.innerHTML === fresh.innerHTML || isOpen(element)) return;
  const links = () => $$("a, button, summary", element);
  const at = links().indexOf(focused());
  const isNews = say(element) !== say(fresh) && !$(".saved", element);
  element.replaceChildren(...fresh.childNodes);
  htmx.process(element);
  links()[at]?.focus(still);
  return isNews;
}

function mergeRow(row, fresh) {
  if (tick(row)) tick(row).value = tick(fresh).value;
  [...row.cells].forEach((cell, at) => {
    if (!cell.matches(".tick") && take(cell, fresh.cells[at])) flash(cell);
  });
}

// How many rows came, went or moved.
function moved(old, now) {
  const stayed = old.filter((id) => now.includes(id));
  const same = now.filter((id) => old.includes(id));
  return old.length + now.length - 2 * stayed.length + stayed.filter((id, at) => id !== same[at]).length;
}

function mergeList(fresh, force) {
  const here = list();
  const idsIn = (place) => rowsIn(place).map((row) => row.id);
  const changes = moved(idsIn(here), idsIn(fresh));
  const held = changes && !force && isBusy(here);
  keepingStill(() => {
    for (const row of rowsIn(fresh)) {
      const old = byId(row.id);
      if (!old) row.classList.add("flash");
      else if (held || !changes) mergeRow(old, row);
    }
    if (!held && changes) replaceRows(here, fresh);
    else if (!held) [...here.children].forEach((part, at) => part.matches(".scroll, #waiting") || take(part, fresh.children[at]));
    const note = byId("waiting");
    note.hidden = !held;
    note.textContent = changes === 1 ? note.dataset.one : note.dataset.many.replace("#", changes);
  });
  here.dataset.stamp = fresh.dataset.stamp;
  showTicks();
}

// Rows are moved, not made anew: what is open or focused in one moves along. When the row one was on is gone,
// the one in its place is next.
function replaceRows(here, fresh) {
  const at = rowsIn(here).indexOf(currentRow());
  const was = focused();
  const hadFocus = here.contains(was);
  for (const row of rowsIn(fresh)) {
    const old = byId(row.id);
    if (!old) continue;
    mergeRow(old, row);
    row.replaceWith(old);
  }
  here.replaceChildren(...fresh.childNodes);
  htmx.process(here);
  if (at >= 0 && !currentRow()) stand(rowsIn(here)[at] ?? rowsIn(here).at(-1));
  else if (hadFocus && was.isConnected) was.focus(still);
}

onClick("#waiting", () => lookAgain(true));

// The rest of a launch's page: its sentence, its figures.
function mergeSection(fresh) {
  const old = byId(fresh.id);
  if (!old || old.contains(focused())) return;
  const figures = $$("dd", old).map(say);
  keepingStill(() => take(old, fresh));
  for (const figure of $$("dd", old)) if (!figures.includes(say(figure))) flash(figure);
}

async function merged(here, force) {
  const headers = { Live: true, "HX-Request": true };
  if (!force) headers["If-None-Match"] = `"${here.dataset.stamp}"`;
  try {
    const answer = await fetch(here.dataset.live, { headers, cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    if (!here.isConnected) return;
    for (const part of [...template.content.children]) part.matches("[data-live]") ? mergeList(part, force) : mergeSection(part);
  } catch {
    // The network is away: the next look is in a few seconds.
  }
}

// Look if anything is different; `force` shows all of it at once, because it is what one did oneself.
async function lookAgain(force) {
  while (looking) {
    if (!force) return;
    await looking;
  }
  if (!list() || document.hidden) return;
  looking = merged(list(), force);
  await looking;
  looking = null;
}

// <p data-awaited>: a worker computes newer figures. Until it is gone every [data-figures] is asked for again, and
// all are taken over together, from under nobody's hands.
async function takeFigures() {
  const parts = $$("[data-figures]");
  const inUse = (part) => part.contains(focused()) || $(".cell-form, details[open], .tick :checked", part);
  if (!$("[data-awaited]") || document.hidden || panel.firstChild || parts.some(inUse)) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!parts.some(inUse)) $$("[data-figures]", fresh).forEach(mergeSection);
  } catch {
    // The network is away: the next look is in a few seconds.
  }
}

on("htmx:oobBeforeSwap", "[data-live]", (_, { detail }) => {
  const fresh = detail.fragment.firstElementChild;
  if (!fresh?.matches("[data-live]")) return;
  detail.shouldSwap = false;
  mergeList(fresh, true);
});

if ($("[data-awaited]")) setInterval(takeFigures, 2000);

if (list()) {
  document.addEventListener("visibilitychange", () => lookAgain());
  setInterval(lookAgain, 4000);
}
