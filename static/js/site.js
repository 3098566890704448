/* Extras for the public pages. Everything works without them. */
(() => {
  "use strict";

  const leaveLink = document.querySelector("[data-leave]");
  if (leaveLink) enableLeaving(leaveLink);
  const contents = document.querySelector("[data-follow]");
  if (contents && "IntersectionObserver" in window) followReader(contents);
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
  openDetailsForPrint();
  for (const sheet of document.querySelectorAll("[popover]")) closeBehindReader(sheet);

  /* Leaving quickly, after GOV.UK's "Exit this page": by the link, or by Shift three times. */
  function enableLeaving(link) {
    const PRESSES = 3;
    const PATIENCE = 5000; // milliseconds between presses, as GOV.UK allows
    const status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    link.after(status);
    let presses = 0;
    let forget;
    let cover;

    const startAgain = () => {
      presses = 0;
      status.textContent = "";
    };

    const leave = () => {
      cover = document.createElement("div");
      cover.className = "leave-cover";
      cover.setAttribute("role", "alert");
      const words = document.createElement("span");
      words.className = "visually-hidden";
      words.textContent = "Leaving this site.";
      cover.append(words);
      for (const open of document.querySelectorAll(":popover-open")) open.hidePopover(); // nothing lies above those
      document.body.append(cover);
      document.title = "Weather";
      for (const form of document.querySelectorAll("form")) form.remove(); // the browser then has nothing to bring back
      location.replace(link.href);
    };

    link.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });

    document.addEventListener("keydown", (event) => {
      if (event.repeat) return;
      clearTimeout(forget);
      const withOthers = event.altKey || event.ctrlKey || event.metaKey; // which changes the keyboard's language
      if (event.key !== "Shift" || withOthers || event.isComposing) {
        startAgain();
        return;
      }
      presses += 1;
      if (presses >= PRESSES) {
        leave();
        return;
      }
      const left = PRESSES - presses;
      status.textContent = `Press Shift ${left} more ${left === 1 ? "time" : "times"} to leave this site.`;
      forget = setTimeout(startAgain, PATIENCE);
    });

    window.addEventListener("pageshow", (event) => {
      if (event.persisted && cover) location.reload();
    });
  }

  /* Mark in the contents list the part that is being read. */
  function followReader(list) {
    const links = new Map();
    for (const link of list.querySelectorAll("a")) {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (heading) links.set(heading, link);
    }
    const headings = [...links.keys()];
    const mark = () => {
      const line = window.innerHeight * 0.3;
      let current; // nothing, above the first of them
      for (const heading of headings) if (heading.getBoundingClientRect().top <= line) current = heading;
      for (const [heading, link] of links) {
        if (heading === current) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    // Everything above the line counts as seen, so that a jump past several headings is noticed too.
    const observer = new IntersectionObserver(mark, { rootMargin: "1000000px 0px -70% 0px" });
    for (const heading of headings) observer.observe(heading);
  }

  /* The menu and what a word means lie over the page: whoever goes past their end by keyboard would not see where they are. */
  function closeBehindReader(sheet) {
    if (!sheet.hidePopover) return;
    sheet.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !sheet.contains(relatedTarget) && sheet.matches(":popover-open")) sheet.hidePopover();
    });
  }

  /* Older browsers print only the details that are open. */
  function openDetailsForPrint() {
    let opened = [];
    window.addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll("details:not([open])")];
      for (const details of opened) details.open = true;
    });
    window.addEventListener("afterprint", () => {
      for (const details of opened) details.open = false;
    });
  }
})();
