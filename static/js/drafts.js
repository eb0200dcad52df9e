// The session is over, and what was clicked leads to the sign-in: what is typed in other forms is kept in this
// window, and put back once the same person has the same form before them again.

const texts = ":is(textarea, input):not([type=hidden], [type=password])";
const draftOf = ({ form, name }) => [document.body.dataset.person, form?.getAttribute("action"), name];

on("htmx:beforeOnLoad", "*", (sent, { detail }) => {
  if (!detail.xhr.getResponseHeader("Signed-Out")) return;
  for (const field of $$(texts)) {
    if (field.value === field.defaultValue || (sent.form ?? sent).contains(field)) continue;
    sessionStorage[draftOf(field)] = field.value;
  }
});

on("htmx:load", "*", (root) => {
  for (const field of $$(texts, root)) {
    const draft = draftOf(field);
    const text = sessionStorage[draft];
    if (!text) continue;
    field.value = text;
    field.closest("details")?.setAttribute("open", "");
    delete sessionStorage[draft];
  }
});
