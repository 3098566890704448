/* Extras for writing to us. Everything works without them. */
(() => {
  "use strict";

  document.querySelector("[data-focus], .desk [aria-invalid]")?.focus();
  keepNothingForTheWayBack();
  keepOneStepToSendAgain();
  for (const area of document.querySelectorAll("[data-most]")) countLetters(area);
  const form = document.querySelector("[data-enquiry]");
  form?.addEventListener("input", () => prove(form), { once: true });

  /* Browsers put a page aside as it is, to show it again on the way back. Somebody else may go that way. */
  function keepNothingForTheWayBack() {
    window.addEventListener("pagehide", (event) => {
      if (event.persisted) document.getElementById("main").replaceChildren();
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) location.replace(location.pathname);
    });
  }

  /* A page that came by sending could be sent again on the way back, and would show all of it. Only the last one is kept so. */
  function keepOneStepToSendAgain() {
    document.addEventListener("submit", (event) => {
      if (!event.defaultPrevented) history.replaceState(null, "", location.href);
    });
  }

  /* Say how many letters are left when few are, or how many are too many. Aloud only in a pause: a count after each key drowns the words. */
  function countLetters(area) {
    const PAUSE = 1000; // milliseconds without a key
    const note = document.createElement("p");
    const aloud = document.createElement("p");
    let timer;
    note.className = "question__count";
    note.setAttribute("aria-hidden", "true");
    aloud.className = "visually-hidden";
    aloud.setAttribute("role", "status");
    area.after(note, aloud);
    const show = () => {
      const left = area.dataset.most - [...area.value].length;
      const letters = Math.abs(left) === 1 ? "letter" : "letters";
      note.textContent = left > 200 ? "" : left < 0 ? `${-left} ${letters} too many` : `${left} ${letters} left`;
      clearTimeout(timer);
      timer = setTimeout(() => { aloud.textContent = note.textContent; }, PAUSE);
    };
    area.addEventListener("input", show);
    show();
  }

  /* Find a number that makes the hash of this form's stamp begin with 14 zero bits: dear for whoever sends thousands. */
  async function prove(form) {
    if (!window.crypto?.subtle) return;
    const encoder = new TextEncoder();
    const stamp = form.elements.stamp.value;
    for (let number = 0; number < 1e7; number += 1) {
      const digest = new DataView(await crypto.subtle.digest("SHA-256", encoder.encode(`${stamp}:${number}`)));
      if (digest.getUint32(0) >>> 18 === 0) {
        form.elements.work.value = number;
        return;
      }
    }
  }
})();
