/* Empties a page of the desk when nobody has done anything in it for 15 minutes. From then on it asks the server for nothing, so that
   the desk locks and the sign-in ends as if it were closed. What somebody had begun to write stays in this script alone: it travels
   with whatever they press, and comes back in its form. */
(() => {
  "use strict";

  const IDLE = 15 * 60 * 1000;
  const NOTICE = 60 * 1000; // for who reads on and touches nothing, as screen readers do
  const content = document.getElementById("content");
  const cover = document.querySelector("[data-cover]");
  const soon = document.querySelector("[data-soon]");
  const back = cover?.querySelector("form");
  let last = Date.now();
  let told = Date.now();
  let kept = null;
  let sending = "";

  // A page that came by a press is the enquiry's like any other: loading it again must not press again.
  if (back) history.replaceState(null, "", back.action);

  /* What is begun, by the act that it is meant for. */
  function begun() {
    if (kept) return kept;
    const forms = [...document.querySelectorAll("[data-kept]")];
    return forms.map((form) => [form.dataset.kept, form.elements.text.value]).filter(([, words]) => words.trim());
  }

  function empty(ended) {
    if (!cover) return [...content.querySelectorAll("form")].forEach((form) => form.reset());
    kept = begun();
    document.querySelector(".messagelist")?.remove();
    content.replaceChildren(cover);
    cover.hidden = false;
    cover.querySelector("[data-words]").hidden = !kept.length;
    cover.querySelector("[data-ended]").hidden = !ended;
    cover.querySelector("h1").focus();
  }

  function look() {
    if (kept) return;
    const idle = Date.now() - last;
    if (idle >= IDLE) empty(false);
    else say(idle >= IDLE - NOTICE ? "This page is covered in a minute, as nothing is done in it. Press Shift, or touch the page, to keep it open." : "");
  }

  function say(words) {
    if (soon && soon.textContent !== words) soon.textContent = words;
  }

  // A clock that looks, not one timer: timers stop while a laptop sleeps, and whoever opens it presses before the clock has looked.
  setInterval(look, 5000);
  for (const name of ["keydown", "pointerdown", "scroll", "visibilitychange"]) {
    addEventListener(name, () => { look(); if (name !== "visibilitychange") { last = Date.now(); say(""); } }, { capture: true, passive: true });
  }

  // Whoever writes a long reply is at work: the server is told, at most every five minutes, so that the sign-in does not end.
  addEventListener("input", async () => {
    if (Date.now() - told < IDLE / 3) return;
    told = Date.now();
    if (await signedIn() === false) empty(true);
  });

  addEventListener("formdata", (event) => {
    if (!content.contains(event.target)) return;
    for (const [name, words] of begun()) {
      if (name !== event.target.dataset.kept) event.formData.set(`begun-${name}`, words);
    }
  });

  // A sign-in that has ended would lose the words on the way to signing in again.
  addEventListener("submit", async (event) => {
    const { target, submitter } = event;
    if (sending === "sure" || !content.contains(target) || !begun().length) return;
    event.preventDefault();
    if (sending) return;
    sending = "asking";
    if (await signedIn()) {
      sending = "sure";
      target.requestSubmit(submitter);
    } else {
      empty(true);
    }
    sending = "";
  });
})();
