// <tbody data-rows>, data-row   j and k walk the rows, Enter opens the first link of one, x ticks its checkbox
// <input data-search>           / goes there
// <… data-key="n">              that key clicks it, or puts the cursor there: in the panel, else in the current row,
//                               else on the page; without a key the palette has it all the same
// <… data-row-key="r">          that key clicks it once a row is current or ticked

const help = byId("keys");
const openMenu = "details.menu[open]";
const currentRow = () => $("[data-row][aria-current]");

function stand(row) {
  if (!row) return;
  currentRow()?.removeAttribute("aria-current");
  row.ariaCurrent = true;
  row.tabIndex = -1;
  row.focus(still);
  row.scrollIntoView(nearest);
}

function walk(step) {
  const rows = $$("[data-rows] [data-row]").filter((row) => row.offsetParent);
  const at = rows.indexOf(currentRow());
  const to = at < 0 ? Math.min(step, 0) : Math.max(at + step, 0);
  stand(rows.at(to) ?? rows[at]);
}

const keys = {
  j: () => walk(1),
  k: () => walk(-1),
  x: () => $("[data-row][aria-current] [type=checkbox]")?.click(),
  "/": () => $("[data-search]")?.focus(),
  "?": () => help.showPopover(),
};

// What can be done here, the nearest first.
function verbs() {
  const row = currentRow();
  const forRows = $$("[data-row-key]");
  return new Set([
    ...$$("[data-key]", panel),
    ...($("[data-row] :checked") ? forRows : []),
    ...(row ? [...$$("[data-key]", row), ...forRows] : []),
    ...$$("[data-key]:not([data-row] *)"),
  ]);
}

const typing = (target) => target.matches("textarea, select, input:not([type=checkbox])");
const act = (element) => (typing(element) ? element.focus() : element.click());

on("keydown", "*", (target, event) => {
  const { key } = event;
  if (key === "k" && (event.metaKey || event.ctrlKey)) return openPalette();
  if (event.defaultPrevented || modified(event) || $("dialog:is([open], :popover-open)")) return;
  if (key === "Escape") escape(target);
  if (key === "Escape" || typing(target)) return;
  const verb = [...verbs()].find(({ dataset }) => (dataset.key ?? dataset.rowKey) === key);
  if (key === "Enter" && target.matches("[data-row]")) $("[data-open], a", target)?.click();
  else if (verb) act(verb);
  else if (keys[key]) keys[key]();
  else return;
  return true;
});

// A typed-in field is left first; the second Esc closes the panel, so that nothing typed is lost by one key.
function escape(target) {
  const menu = $(openMenu);
  if (menu) menu.open = false;
  else if (typing(target)) target.blur();
  else closePanel();
}

on("click", "*", (target) => {
  for (const menu of $$(openMenu)) menu.open = menu.contains(target);
});
