// <a data-panel href="…">   opens its address in #panel; the address bar follows; Esc closes

let opener, shown;
let pageUrl = location.href;

const bare = (url) => url.split("#")[0];

async function loadPanel(url, source) {
  await htmx.ajax("GET", url, { source, target: panel, swap: "innerHTML" });
  if (!panel.firstChild) return;
  shown = bare(url);
  panel.scrollTop = 0;
  $("h1, h2, [tabindex]", panel)?.focus();
  return true;
}

async function openPanel(link) {
  // In a drawing `href` is no text.
  const url = new URL(link.getAttribute("href"), location).href;
  opening(link);
  if (!(await loadPanel(url, link))) return;
  history.pushState({ panel: true }, "", url);
  remember($("h1, h2", panel));
}

function opening(from) {
  if (panel.firstChild) return;
  opener = from;
  pageUrl = location.href;
}

function emptyPanel() {
  panel.replaceChildren();
  shown = null;
  (opener?.isConnected ? opener : byId("main")).focus();
}

function closePanel() {
  if (!panel.firstChild) return;
  history.replaceState(null, "", pageUrl);
  emptyPanel();
  return true;
}

onClick("#panel .panel-close", closePanel);

// What is a page of its own leads to the next page, not to a panel over it. In the matrix every link opens one:
// on 12,000 of them the attribute would cost 130 kB.
onClick("a[data-panel]:not(.page .neighbours a), .matrix td > a", (link) => window.htmx && openPanel(link));

// A form may fill the panel as well: it has no address, and what is first to fill in has the focus.
for (const type of ["htmx:beforeSwap", "htmx:afterSwap"])
  on(type, "#panel", (_, { detail: { target, requestConfig } }) => {
    if (target !== panel || requestConfig?.verb !== "post") return;
    if (type === "htmx:beforeSwap") opening(focused());
    else ($(`.form ${fields}`, panel) ?? $("[tabindex]", panel))?.focus();
  });

// Back and forward between the page and its panels; what htmx has pushed is htmx's.
addEventListener("popstate", ({ state }) => {
  const here = bare(location.href);
  if (state?.htmx || here === shown) return;
  if (state?.panel) loadPanel(location.href, document.body);
  else if (shown && here === bare(pageUrl)) emptyPanel();
});
