// The matrix by keyboard, and its sums after a cell has changed. Without it the cells are plain links.

const board = () => document.querySelector(".matrix");
const cellLink = (target) => target.closest?.(".matrix td > a");

// --- One stop for Tab, arrows from there ------------------------------------------------------------

function enter(link) {
  for (const other of board().querySelectorAll("td > a[tabindex='0']")) other.tabIndex = -1;
  link.tabIndex = 0;
}

function prepare() {
  const links = board()?.querySelectorAll("td > a") ?? [];
  for (const link of links) link.tabIndex = -1;
  if (links.length) links[0].tabIndex = 0;
}

const steps = {
  ArrowLeft: (cell) => beside(cell, "previousElementSibling"),
  ArrowRight: (cell) => beside(cell, "nextElementSibling"),
  ArrowUp: (cell) => across(cell, -1),
  ArrowDown: (cell) => across(cell, 1),
  Home: (cell) => [...cell.parentElement.cells].map(linkIn).find(Boolean),
  End: (cell) => [...cell.parentElement.cells].map(linkIn).findLast(Boolean),
};

const linkIn = (cell) => cell.querySelector(":scope:is(td) > a");

function beside(cell, side) {
  for (let next = cell[side]; next; next = next[side]) if (linkIn(next)) return linkIn(next);
}

// Headings of kinds and cells that do not exist are stepped over.
function across(cell, step) {
  const rows = board().rows;
  for (let at = cell.parentElement.rowIndex + step; at > 0 && at < rows.length; at += step) {
    const there = rows[at].cells[cell.cellIndex];
    if (there && linkIn(there)) return linkIn(there);
  }
}

document.addEventListener("keydown", (event) => {
  const link = cellLink(event.target);
  if (!link || !steps[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const next = steps[event.key](link.parentElement);
  if (!next) return;
  next.focus({ preventScroll: true });
  reveal(next);
});

// What the sticky header and column cover counts as hidden, which scrollIntoView does not know.
function reveal(link) {
  const scroll = board().parentElement;
  const view = scroll.getBoundingClientRect();
  const box = link.getBoundingClientRect();
  const left = view.left + board().rows[0].cells[0].offsetWidth;
  const top = view.top + board().tHead.offsetHeight;
  scroll.scrollBy(
    Math.min(0, box.left - left) + Math.max(0, box.right - view.left - scroll.clientWidth),
    Math.min(0, box.top - top) + Math.max(0, box.bottom - view.top - scroll.clientHeight),
  );
}

document.addEventListener("focusin", (event) => {
  const link = cellLink(event.target);
  if (link) enter(link);
});

// --- The panel --------------------------------------------------------------------------------------

// Marked only when it is clicked: on 12,000 links the attribute would cost 130 kB.
document.addEventListener("click", (event) => cellLink(event.target)?.setAttribute("data-panel", ""), true);

document.addEventListener("htmx:configRequest", (event) => {
  if (board()) event.detail.headers["Shows-Matrix"] = "true";
});

// --- After a change ---------------------------------------------------------------------------------

const isNeeded = (link) => !link.matches(".nice, .unneeded");
const isReady = (link) => isNeeded(link) && link.matches(".ready");

// The link stays and takes over the look of the new one, so that it keeps the focus and its place for Tab.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const link = cellLink(event.detail.target);
  if (!link) return;
  event.detail.shouldSwap = false;
  const now = event.detail.fragment.querySelector("a");
  if (link.className === now.className) return;
  const ready = isReady(now) - isReady(link);
  const needed = isNeeded(now) - isNeeded(link);
  link.className = now.className;
  link.textContent = now.textContent;
  link.parentElement.classList.add("flash");
  for (const tally of talliesOf(link.parentElement)) add(tally, ready, needed);
});

document.addEventListener("animationend", (event) => event.target.closest(".matrix td.flash")?.classList.remove("flash"));

function talliesOf(cell) {
  const row = cell.parentElement;
  const region = board().rows[0].cells[cell.cellIndex].querySelector("[data-tally]").dataset.tally;
  return [
    row.querySelector(".tally"),
    row.parentElement.querySelector(".kind .tally"),
    ...document.querySelectorAll(`[data-tally="all"], [data-tally="${region}"]`),
  ];
}

function add(tally, ready, needed) {
  const [oldReady, oldNeeded] = tally.textContent.split("/").map(Number);
  tally.textContent = `${oldReady + ready}/${oldNeeded + needed}`;
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "board") prepare();
});
prepare();
