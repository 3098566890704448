// An article's form: spelling is checked, each editor has a name, a new article opens at its title, and leaving asks first.

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  const box = editor.view.dom;
  box.spellcheck = true;
  box.lang = "en-GB";
  if (textarea.labels.length) box.setAttribute("aria-label", textarea.labels[0].textContent.replace(":", ""));
});

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("article_form");
  if (!form) return;
  let changed = form.querySelector(".errorlist") !== null; // what was refused is not saved yet
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
});

addEventListener("load", () => {
  if (location.pathname.endsWith("/add/")) document.getElementById("id_title")?.focus();
});
