"use strict";
// One request instead of two for each answer, and a lost network that loses nothing on the page.
// Without this file the form is sent and the next page loaded as usual.
(() => {
  const place = document.querySelector("[data-part]");
  if (!place || !window.fetch) return;
  const policy = window.trustedTypes?.createPolicy("part", { createHTML: (html) => html });
  const PATIENCE = 30000;
  let unsent = null;

  function put(html) {
    const read = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
    document.title = read.title;
    place.replaceChildren(...read.body.childNodes);
    (document.getElementById("errors") || document.getElementById("main")).focus();
    window.scrollTo(0, 0);
  }

  async function ask(path, options) {
    const limit = AbortSignal.timeout ? { signal: AbortSignal.timeout(PATIENCE) } : {};
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(path, { headers: { "X-Part": "main" }, ...limit, ...options });
      return [answer, await answer.text()];
    } finally {
      place.removeAttribute("aria-busy");
    }
  }

  function tell(form) {
    const note = form.querySelector("[data-lost]");
    note.textContent = "";
    note.hidden = false;
    const told = document.createElement("p");
    told.textContent = note.dataset.lost;
    note.append(told);
  }

  function say(button, label, disabled) {
    button.textContent = label;
    if (disabled) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }

  async function send(form, button, label) {
    const fields = new URLSearchParams(new FormData(form));
    if (button.name) fields.set(button.name, button.value);
    unsent = null;
    let answer, html;
    const busy = setTimeout(() => say(button, form.dataset.busy, true), 1000);
    try {
      [answer, html] = await ask(location.pathname + location.search, { method: "POST", body: fields });
    } catch {
      unsent = () => send(form, button, label);
      say(button, label, false);
      return tell(form);
    } finally {
      clearTimeout(busy);
    }
    const next = answer.headers.get("Content-Location") || answer.headers.get("Location");
    if (answer.status === 204) return location.assign(next);
    if (!answer.headers.get("X-Part")) return plainly(form, button);
    put(html);
    if (next) history.pushState(null, "", next);
  }

  // What is no question is the server's to show: the same key makes a second delivery harmless.
  function plainly(form, button) {
    if (button.name) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: button.name, value: button.value });
      form.append(field);
    }
    form.submit();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!place.contains(form) || !form.querySelector("[data-lost]") || !event.submitter) return;
    event.preventDefault();
    if (place.getAttribute("aria-busy")) return;
    send(form, event.submitter, event.submitter.textContent);
  });
  window.addEventListener("online", () => unsent && unsent());
  window.addEventListener("popstate", async () => {
    try {
      const [answer, html] = await ask(location.pathname + location.search);
      if (answer.headers.get("X-Part")) return put(html);
    } catch {
      // The browser's own page says that there is no network.
    }
    location.reload();
  });
})();
