// Takes what is open off the screen when nobody has done anything here for 15 minutes, as the server has locked the desk by
// then. It asks the server nothing: a request would pass for somebody at work, and keep the sign-in and the desk open.
// What somebody had begun to write stays in the page: sending it asks for the passphrase and then sends it.

const IDLE = 15 * 60 * 1000;
const records = document.querySelectorAll("[data-record]");
const cover = document.querySelector("[data-idle]");
const begun = () => [...document.querySelectorAll("[data-kept]")].find((form) => form.elements.text.value.trim());
let last = Date.now();
let told = Date.now();

function lock() {
  const keep = begun();
  for (const record of records) keep ? (record.hidden = true) : record.remove();
  cover.hidden = false;
}

// Whoever writes a long reply is at work: the server is told, at most every five minutes, so that the sign-in does not end.
addEventListener("input", () => {
  if (Date.now() - told < IDLE / 3) return;
  told = Date.now();
  fetch("/accounts/", { method: "HEAD", cache: "no-store" });
});
for (const name of ["keydown", "pointerdown", "scroll"]) {
  addEventListener(name, () => { last = Date.now(); }, { passive: true });
}
// A clock that looks, not one timer: timers stop while a laptop sleeps.
setInterval(() => { if (cover?.hidden && Date.now() - last >= IDLE) lock(); }, 5000);
cover?.querySelector("[data-resume]").addEventListener("click", () => {
  const form = begun();
  form ? form.requestSubmit() : location.reload();
});
