"use strict";
// Everything works without this file. It only adds comfort.
(() => {
  // A pressed button says that it was pressed; the server makes a second press harmless.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.target.dataset.busy === undefined) return;
    setTimeout(() => {
      if (event.defaultPrevented) return; // a page's own script sends it, and says so itself
      button.setAttribute("aria-disabled", "true");
      if (event.target.dataset.busy) button.textContent = event.target.dataset.busy;
    }, 1000);
  });
  window.addEventListener("pageshow", () => {
    const errors = document.getElementById("errors");
    if (errors) errors.focus();
  });
  for (const place of document.querySelectorAll("[data-print]")) {
    place.hidden = false;
    place.addEventListener("click", () => window.print());
  }
  // The secret of a printed card stands behind the "#", so it never reaches a log or a preview.
  const secret = document.querySelector("input[data-fragment]");
  if (secret && location.hash.startsWith("#k=")) {
    secret.value = decodeURIComponent(location.hash.slice(3));
    history.replaceState(null, "", location.pathname);
    for (const element of document.querySelectorAll("[data-without-secret]")) element.hidden = true;
  }
})();
