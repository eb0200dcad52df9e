// A wall says that it is cut off; an answer that is no wall (sign in, link revoked) is shown whole.
const lost = () => (document.getElementById("lost").hidden = false);

addEventListener("htmx:sendError", lost);
addEventListener("htmx:timeout", lost);
addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status >= 500) lost();
  else if (!detail.serverResponse.includes('id="wall"')) {
    detail.shouldSwap = false;
    location.reload();
  }
});
