// Covers what is on the screen when nobody has done anything here for 15 minutes, as the server has locked the desk by then.
// What somebody had begun to write stays in the page: sending it asks for the passphrase and then sends it.

const IDLE = 15 * 60 * 1000;
const record = document.querySelector("[data-record]");
const cover = document.querySelector("[data-idle]");
const begun = () => [...document.querySelectorAll("[data-kept]")].find((form) => form.elements.text.value.trim());
let last = Date.now();
let told = Date.now();

function lock() {
  if (!record || !begun()) return location.reload();
  record.hidden = true;
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
setInterval(() => { if (Date.now() - last >= IDLE && !cover?.matches(":not([hidden])")) lock(); }, 5000);
cover?.querySelector("[data-resume]").addEventListener("click", () => begun().requestSubmit());
