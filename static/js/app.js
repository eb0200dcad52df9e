// What htmx cannot do: the side panel, the theme, the keyboard. Everything here also works without it.
//
// <a data-panel href="…">       opens its address in #panel; the address bar follows; Esc closes
// <tbody data-rows>, data-row   j and k walk the rows, Enter opens the first link of one, x ticks its checkbox
// <input data-search>           / goes there
// <… data-key="n">              that key clicks it, or puts the cursor there: in the panel, else in the current row,
//                               else on the page
// <… data-row-key="r">          that key clicks it once a row is current or ticked

const panel = document.getElementById("panel");
const help = document.getElementById("keys");
let opener = null;
let pageUrl = location.href;
let shown = null;

// --- The side panel ---------------------------------------------------------------------------------

const bare = (url) => url.split("#")[0];

async function loadPanel(url, source) {
  await htmx.ajax("GET", url, { source, target: panel, swap: "innerHTML" });
  if (!panel.childElementCount) return false;
  shown = bare(url);
  panel.scrollTop = 0;
  panel.querySelector("h1, h2, [tabindex]")?.focus();
  return true;
}

async function openPanel(link) {
  // In a drawing `href` is no text.
  const url = new URL(link.getAttribute("href"), location.href).href;
  if (!panel || !window.htmx) return location.assign(url);
  opening(link);
  if (await loadPanel(url, link)) history.pushState({ panel: true }, "", url);
}

function opening(from) {
  if (panel.childElementCount) return;
  opener = from;
  pageUrl = location.href;
}

// A form may fill the panel as well: it has no address, and what is first to fill in has the focus.
panel?.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === panel && event.detail.requestConfig?.verb === "post") opening(document.activeElement);
});
panel?.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== panel || event.detail.requestConfig?.verb !== "post") return;
  const field = panel.querySelector(".form :is(input, select, textarea):not([type=hidden])");
  (field ?? panel.querySelector("[tabindex]"))?.focus();
});

function emptyPanel() {
  panel.replaceChildren();
  shown = null;
  (opener?.isConnected ? opener : document.getElementById("main"))?.focus();
}

function closePanel() {
  if (!panel?.childElementCount) return;
  history.replaceState(null, "", pageUrl);
  emptyPanel();
}

// Back and forward between the page and its panels; what htmx has pushed is htmx's.
window.addEventListener("popstate", (event) => {
  const here = bare(location.href);
  if (event.state?.htmx || here === shown) return;
  if (event.state?.panel) loadPanel(location.href, document.body);
  else if (shown && here === bare(pageUrl)) emptyPanel();
});

// What is behind a panel follows a write in it; without it there is nothing to send along.
document.addEventListener("htmx:configRequest", (event) => {
  if (document.getElementById("blocking")) event.detail.headers["Shows-Launch"] = "true";
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("#panel .panel-close");
  // What is a page of its own leads to the next page, not to a panel over it.
  const link = event.target.closest("a[data-panel]:not(.page .neighbours a)");
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (close) {
    event.preventDefault();
    closePanel();
  } else if (link && plain) {
    event.preventDefault();
    openPanel(link);
  }
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

// --- The theme --------------------------------------------------------------------------------------

const themes = ["system", "light", "dark"];

function showTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    button.textContent = `Theme: ${theme}`;
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const now = document.documentElement.dataset.theme ?? "system";
  const next = themes[(themes.indexOf(now) + 1) % themes.length];
  showTheme(next);
  try {
    localStorage.setItem("theme", next);
  } catch {
    // Storage is refused: it lasts for this page.
  }
});

showTheme(document.documentElement.dataset.theme ?? "system");

// --- The keyboard -----------------------------------------------------------------------------------

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter((row) => row.offsetParent);
const currentRow = () => document.querySelector("[data-row][aria-current]");

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const from = currentRow();
  const at = from ? all.indexOf(from) + step : step > 0 ? 0 : all.length - 1;
  const row = all[Math.max(0, Math.min(all.length - 1, at))];
  from?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

const keys = {
  j: () => walk(1),
  k: () => walk(-1),
  x: () => currentRow()?.querySelector("input[type=checkbox]")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => help?.showModal(),
};

function typing(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox])");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || help?.open) return;
  if (event.key === "Escape") return escape(event);
  if (typing(event.target)) return;
  if (event.key === "Enter" && event.target.matches("[data-row]")) {
    event.target.querySelector("[data-open], a")?.click();
  } else if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  } else if (/^[a-z[\]]$/.test(event.key)) {
    pressed(event);
  }
});

// A typed-in field is left first; the second Esc closes the panel, so that nothing typed is lost by one key.
function escape(event) {
  const menu = document.querySelector("details.menu[open]");
  if (menu) menu.open = false;
  else if (typing(event.target)) event.target.blur();
  else closePanel();
}

function pressed(event) {
  const row = currentRow();
  const many = document.querySelector("[data-row] input[type=checkbox]:checked");
  const [key, rowKey] = [`[data-key="${event.key}"]`, `[data-row-key="${event.key}"]`];
  const target =
    panel?.querySelector(key) ??
    (many && document.querySelector(rowKey)) ??
    row?.querySelector(key) ??
    (row && document.querySelector(rowKey)) ??
    document.querySelector(`:not([data-row] *)${key}`);
  if (!target) return;
  event.preventDefault();
  if (typing(target)) target.focus();
  else target.click();
}

for (const button of document.querySelectorAll("[data-keys-open]")) {
  button.hidden = false;
  button.addEventListener("click", () => help?.showModal());
}
