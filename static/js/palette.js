// Ctrl-K: go anywhere, or do what can be done here. What is found comes from /search/, into #found.

const palette = byId("palette");
const options = () => $$("[role=option]", palette);
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const recent = () => JSON.parse(kept("seen") ?? "[]");

function openPalette() {
  if (!palette) return;
  palette.showModal();
  $("form", palette).reset();
  byId("found").replaceChildren();
  offer();
  return true;
}

// Where one was lately while nothing is typed, and what can be done here.
function offer() {
  const part = folded($("input", palette).value.trim());
  fill("recent", part ? [] : recent());
  const named = [...verbs()].map((verb) => [labelOf(verb), verb.href ?? "#", verb]);
  fill("verbs", named.filter(([label]) => label && folded(label).includes(part)));
  point(options()[0]);
}

function fill(id, choices) {
  const group = byId(id);
  for (const old of $$("a", group)) old.remove();
  group.hidden = !choices[0];
  for (const [textContent, href, verb] of choices) {
    const option = Object.assign(document.createElement("a"), { textContent, href, verb, role: "option", tabIndex: -1 });
    group.append(option);
  }
}

// Without the key at its end.
const labelOf = (verb) => (verb.ariaLabel ?? verb.textContent).trim().replace(/\s+/g, " ").replace(/ .$/, "");

// The field names the option it points to by this id, always the same.
function point(option) {
  for (const other of options()) {
    other.removeAttribute("id");
    other.ariaSelected = other === option;
  }
  if (!option) return;
  option.id = "pointed";
  option.scrollIntoView(nearest);
}

on("input", "#palette", offer);
on("htmx:afterSwap", "#found", () => byId("pointed") ?? point(options()[0]));
on("keydown", "#palette", (_, { key, isComposing }) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  const now = byId("pointed");
  const all = options();
  if (step) point(all.at((all.indexOf(now) + step) % all.length));
  else if (key === "Enter" && now && !isComposing) now.click();
  else return;
  return true;
});
onClick("#palette [role=option]", ({ verb }) => {
  palette.close();
  if (!verb) return;
  act(verb);
  return true;
});
onClick("[data-palette]", openPalette);

function remember(heading) {
  const { pathname } = location;
  if (!heading || pathname.split("/").length < 4) return;
  const others = recent().filter(([, path]) => path !== pathname);
  kept("seen", JSON.stringify([[heading.textContent.trim(), pathname], ...others.slice(0, 6)]));
}

// Whoever signs out leaves nothing behind.
if (palette) remember($("h1"));
else kept("seen", "[]");
