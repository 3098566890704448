/* A form of content: spelling is checked, each editor has a name, a new one opens at its first field and a refused one at the first error,
   leaving asks first, and a sign-in that has ended is said before it costs what somebody wrote. */

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  const box = editor.view.dom;
  box.spellcheck = true;
  box.lang = "en-GB";
  if (textarea.labels.length) box.setAttribute("aria-label", textarea.labels[0].textContent.replace(":", ""));
});

document.addEventListener("DOMContentLoaded", () => {
  const ended = document.querySelector("[data-ended]");
  const form = ended && document.querySelector("#content-main > form");
  if (!form) return;
  const ASKED_EVERY = 5 * 60 * 1000; // milliseconds: sign-ins of those who see enquiries end after 30 idle minutes
  let asked = Date.now();
  let changed = form.querySelector(".errorlist") !== null; // what was refused is not saved yet
  let sending = false;

  addEventListener("pageshow", () => (sending = false)); // somebody who came back from a page that failed may save again
  addEventListener("beforeunload", (event) => {
    if (changed && !sending) event.preventDefault();
  });

  async function isSignedIn() {
    const answer = await signedIn();
    ended.hidden = answer === true;
    return ended.hidden;
  }

  form.addEventListener("input", () => {
    changed = true;
    if (Date.now() - asked < ASKED_EVERY) return;
    asked = Date.now();
    isSignedIn();
  });

  form.addEventListener("submit", async (event) => {
    if (!changed || sending) return;
    event.preventDefault();
    if (!await isSignedIn()) return;
    sending = true;
    form.requestSubmit(event.submitter);
  });
});

addEventListener("load", () => {
  const refused = document.querySelector(".refused a");
  if (refused) refused.focus();
  else if (location.pathname.endsWith("/add/")) document.querySelector("#content-main > form input[type=text]")?.focus();
});
