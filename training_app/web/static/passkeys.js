"use strict";
// A form whose question a passkey answers. Without this file, passphrase and code remain.
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const letters = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const opened = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

  function question(form) {
    const asked = JSON.parse(form.dataset.question);
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    if (asked.excludeCredentials) asked.excludeCredentials = opened(asked.excludeCredentials);
    if (asked.allowCredentials) asked.allowCredentials = opened(asked.allowCredentials);
    return { publicKey: asked };
  }

  function answer(found) {
    const response = {};
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];
    for (const part of [...parts, "userHandle"]) {
      if (found.response[part]) response[part] = letters(found.response[part]);
    }
    return JSON.stringify({ id: found.id, rawId: letters(found.rawId), type: found.type, response });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const told = form.querySelector("[data-failed]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      told.hidden = true;
      try {
        const found = await navigator.credentials[form.dataset.passkey](question(form));
        form.elements.credential.value = answer(found);
      } catch {
        told.hidden = false;
        return;
      }
      form.submit();
    });
  }
})();
