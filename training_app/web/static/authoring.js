"use strict";
// Comfort for authors: six buttons that write Markdown, and keeping what is typed. Without this
// file the text is written as it is, and the button below it saves.
(() => {
  const text = document.querySelector("textarea[name=markdown]");
  const form = text && text.form;
  const tools = document.querySelector("[data-tools]");
  if (!form || !tools) return;

  // -- the six buttons ----------------------------------------------------------------------

  const write = (words, from, to) => {
    text.focus();
    text.setSelectionRange(from, to);
    // The old command keeps Undo; where it is gone the text is set plainly.
    if (!document.execCommand || !document.execCommand("insertText", false, words)) {
      text.setRangeText(words, from, to, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const chosen = () => text.value.slice(text.selectionStart, text.selectionEnd);
  const lineStart = () => text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const gap = (at) => {
    const before = text.value.slice(0, at);
    if (!before || before.endsWith("\n\n")) return "";
    return before.endsWith("\n") ? "\n" : "\n\n";
  };
  const around = (mark) => {
    const from = text.selectionStart;
    const words = chosen();
    write(mark + words + mark, from, text.selectionEnd);
    if (!words) text.setSelectionRange(from + mark.length, from + mark.length);
  };
  const lines = (mark) => {
    const from = lineStart();
    const words = text.value.slice(from, text.selectionEnd);
    const item = /^(- |\d+\. )/.test(text.value.slice(0, from).trimEnd().split("\n").pop());
    const before = mark === "- " && item ? "" : gap(from);
    write(before + words.split("\n").map((line) => mark + line).join("\n"), from, text.selectionEnd);
  };
  const marks = {
    heading: () => lines("## "),
    bold: () => around("**"),
    list: () => lines("- "),
    link: () => {
      const from = text.selectionStart;
      const words = chosen();
      write(`[${words}](https://)`, from, text.selectionEnd);
      const place = words ? from + words.length + 11 : from + 1;
      text.setSelectionRange(place, place);
    },
    picture: () => {
      const select = document.getElementById("picture");
      if (!select || !select.value) return (select || document.getElementById("pictures")).focus();
      write(`${gap(text.selectionStart)}${select.value}\n\n`, text.selectionStart, text.selectionEnd);
    },
    // The words of the article chosen below stand in the text; saving adds it to the legal basis.
    law: () => {
      const select = document.getElementById("add_article");
      const option = select.selectedOptions[0];
      if (!option || !option.value) return select.focus();
      const law = option.parentNode.label.split(" – ")[0];
      const article = option.label.split(".")[0];
      write(`(${article} ${law})`, text.selectionEnd, text.selectionEnd);
    },
  };
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark]");
    if (button) marks[button.dataset.mark]();
  });

  // -- from a problem to its line -------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    const rows = text.value.split("\n");
    const at = link.dataset.line - 1;
    const from = rows.slice(0, at).join("\n").length + (at ? 1 : 0);
    text.setSelectionRange(from, from + (rows[at] || "").length);
    text.focus();
  });

  // -- keeping what is typed ----------------------------------------------------------------

  const said = document.querySelector("[data-kept]");
  const pause = 3000;
  let waiting = 0;
  let asking = null;
  let dirty = false;
  const keep = async () => {
    if (asking) return later();
    dirty = false;
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.keep, {
        method: "POST",
        body: new FormData(form),
        signal: asking.signal,
      });
      if (!answer.ok) throw new Error(answer.status);
      const found = await answer.json();
      said.textContent = found.said;
      said.className = found.conflict ? "error" : "hint";
    } catch (problem) {
      if (problem.name === "AbortError") return;
      dirty = true;
      said.textContent = form.dataset.failed;
      said.className = "error";
      later(10 * pause);
    } finally {
      asking = null;
    }
  };
  function later(time = pause) {
    clearTimeout(waiting);
    waiting = setTimeout(keep, time);
  }
  form.addEventListener("input", () => {
    dirty = true;
    later();
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    dirty = false;
    if (asking) asking.abort();
  });
  window.addEventListener("pagehide", () => {
    if (dirty) navigator.sendBeacon(form.dataset.keep, new FormData(form));
  });
})();
