// The matrix by keyboard, and its sums after a cell has changed. Without it the cells are plain links.

const board = () => $(".matrix");
const inCell = ".matrix td > a";

// --- One stop for Tab, arrows from there ------------------------------------------------------------

function prepare() {
  const links = $$(inCell);
  for (const link of links) link.tabIndex = -1;
  if (links[0]) links[0].tabIndex = 0;
}

on("focusin", inCell, (link) => {
  for (const other of $$(`${inCell}[tabindex="0"]`)) other.tabIndex = -1;
  link.tabIndex = 0;
});

const rowOf = ({ parentElement }) => [...parentElement.cells];
const columnOf = (cell) => [...board().rows].map((row) => row.cells[cell.cellIndex]);
const moves = {
  ArrowLeft: [rowOf, -1],
  ArrowRight: [rowOf, 1],
  ArrowUp: [columnOf, -1],
  ArrowDown: [columnOf, 1],
  Home: [rowOf, -1e5],
  End: [rowOf, 1e5],
};

// Headings of kinds and cells that do not exist are stepped over.
on("keydown", inCell, (link, event) => {
  const [line, step] = moves[event.key] ?? [];
  if (!line || modified(event)) return;
  const links = line(link.parentElement).map((cell) => cell?.matches("td") && $("a", cell)).filter(Boolean);
  const at = Math.max(0, Math.min(links.length - 1, links.indexOf(link) + step));
  links[at].focus(still);
  links[at].scrollIntoView(nearest);
  return true;
});

// --- After a change ---------------------------------------------------------------------------------

// What the numbers of a tally count, in their order.
const needed = ":not(.nice, .unneeded)";
const counted = [`${needed}:is(.ready, .declared)`, needed, `${needed}.declared`];

// The link stays and takes over the look of the new one, so that it keeps the focus and its place for Tab.
on("htmx:oobBeforeSwap", inCell, (link, { detail }) => {
  detail.shouldSwap = false;
  const now = $("a", detail.fragment);
  if (link.className === now.className) return;
  const more = counted.map((kind) => now.matches(kind) - link.matches(kind));
  link.className = now.className;
  link.textContent = now.textContent;
  flash(link.parentElement);
  for (const tally of talliesOf(link.parentElement)) {
    let at = 0;
    tally.textContent = tally.textContent.replace(/\d+/g, (number) => +number + more[at++]);
  }
});

function talliesOf(cell) {
  const row = cell.parentElement;
  const { tally } = $("[data-tally]", board().rows[0].cells[cell.cellIndex]).dataset;
  return [$(".tally", row), $(".kind .tally", row.parentElement), ...$$(`[data-tally="all"], [data-tally="${tally}"]`)];
}

on("htmx:afterSettle", "#board", prepare);
prepare();
