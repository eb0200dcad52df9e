// What every other file here uses. They are served as one, in one scope (readiness/site/bundle.py); without any of
// them everything works as well.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const panel = byId("panel");
const modified = (event) => event.metaKey || event.ctrlKey || event.altKey;
const fields = ":is(input, select, textarea):not([type=hidden])";

// `act` gets the element that fits and the event; when it answers anything, the browser has nothing left to do.
function on(type, selector, act, early) {
  const heard = (event) => {
    const element = event.target.closest?.(selector);
    if (element && act(element, event)) event.preventDefault();
  };
  document.addEventListener(type, heard, early);
}

// A click that only wants to go there, not to open another window.
function onClick(selector, act) {
  const clicked = (element, event) => !event.button && !event.shiftKey && !modified(event) && act(element);
  on("click", selector, clicked);
}

const focused = () => document.activeElement;
const still = { preventScroll: true };
const nearest = { block: "nearest", inline: "nearest" };

function flash(element) {
  element.classList.remove("flash");
  void element.offsetWidth;
  element.classList.add("flash");
}

// What is kept in this browser; where storage is refused, for this page.
function kept(name, value) {
  try {
    if (value) localStorage[name] = value;
    return localStorage[name];
  } catch {
    return value;
  }
}

onClick("[data-copy]", (link) => navigator.clipboard && copy(link));

// A text, or what a link leads to.
async function copy({ dataset, href, firstChild }) {
  await navigator.clipboard.writeText(dataset.copy || (await (await fetch(href)).text()));
  firstChild.data = dataset.copied;
}
