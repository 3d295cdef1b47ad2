"use strict";
// Asks now and then whether the hall has moved on. Without it a button says "Refresh".
(() => {
  const place = document.querySelector("[data-hall]");
  if (!place) return;
  const count = place.querySelector("[data-answers]");
  // The trainer's screen shows a count to its own account; phones ask without any cookie.
  const credentials = count ? "same-origin" : "omit";
  const usual = count ? 3000 : 5000;
  let wait = usual;
  const again = () => setTimeout(ask, wait * (0.8 + Math.random() * 0.4));
  async function ask() {
    if (document.hidden) return again();
    try {
      const answer = await fetch(place.dataset.hall, { credentials });
      // The hall is closed: the page itself says so, and asks no more.
      if (answer.status === 404) return location.reload();
      if (!answer.ok) throw new Error("later");
      const found = await answer.json();
      wait = usual;
      if (found.state !== place.dataset.state) return location.reload();
      if (count) count.textContent = found.answers;
    } catch {
      wait = Math.min(wait * 2, 60000);
    }
    again();
  }
  again();
})();
