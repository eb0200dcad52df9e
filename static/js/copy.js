// Copies a text, or what a link leads to.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-copy]");
  if (!link || !navigator.clipboard) return;
  event.preventDefault();
  await navigator.clipboard.writeText(link.dataset.copy || (await (await fetch(link.href)).text()));
  link.textContent = "Copied";
});
