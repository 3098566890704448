/* The admin's clock names its hours as the rest of the site writes times. */
(() => {
  "use strict";

  if (!window.DateTimeShortcuts) return;
  const hours = [0, 6, 12, 18].map((hour) => [`${String(hour).padStart(2, "0")}:00`, hour]);
  window.DateTimeShortcuts.clockHours.default_.splice(1, Infinity, ...hours); // the first is "Now"
})();
