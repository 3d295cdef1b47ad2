// What a page must satisfy beyond axe: sizes, line heights, targets, frame. Returns words.
() => {
  const TEXT = 17, LINE = 1.34, TARGET = 48, MAIN = 64, ROW = 72;
  const problems = [];
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== "hidden";
  };
  const named = (element) => {
    const words = (element.innerText || element.name || "").trim().replace(/\s+/g, " ").slice(0, 40);
    const kind = element.className && typeof element.className === "string" ? "." + element.className : "";
    return `<${element.localName}${kind}> "${words}"`;
  };
  const look = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const asked = new Set();
  while (look.nextNode()) {
    const element = look.currentNode.parentElement;
    if (!look.currentNode.data.trim() || asked.has(element)) continue;
    asked.add(element);
    if (element.closest("script,style,svg,option,.vh,[hidden]") || !seen(element)) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    if (size < TEXT - 0.01) problems.push(`text of ${size} px: ${named(element)}`);
    const line = parseFloat(style.lineHeight) / size;
    if (!(line >= LINE)) problems.push(`line height ${style.lineHeight} of ${size} px: ${named(element)}`);
  }
  for (const element of document.querySelectorAll("input:not([type=hidden]),select,textarea")) {
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (seen(element) && size < TEXT - 0.01 && !["checkbox", "radio"].includes(element.type)) {
      problems.push(`field of ${size} px: ${named(element)}`);
    }
  }
  const insideSentence = (link) => {
    if (getComputedStyle(link).display !== "inline") return false;
    return [...link.parentElement.childNodes].some((n) => n.nodeType === 3 && n.data.trim().length > 1);
  };
  const least = (element) => {
    if (element.matches(".card")) return ROW;
    return element.matches(".button:not(.second):not(.text)") ? MAIN : TARGET;
  };
  const targets = "a[href],button,summary,select,textarea,label.card,input:not([type=hidden])";
  for (const element of document.querySelectorAll(targets)) {
    if (!seen(element) || (element.localName === "a" && insideSentence(element))) continue;
    if (["checkbox", "radio"].includes(element.type) && element.closest("label")) continue;
    const height = element.getBoundingClientRect().height;
    if (height < least(element) - 0.5) {
      problems.push(`${Math.round(height)} px high instead of ${least(element)}: ${named(element)}`);
    }
  }
  const headings = document.querySelectorAll("h1").length;
  if (headings !== 1) problems.push(`${headings} h1 headings`);
  if (!document.title.split("–")[0].trim()) problems.push("no title");
  if (!["vi", "en"].includes(document.documentElement.lang)) problems.push("no language");
  if (/\{\{|\}\}|%\([a-z_]+\)[sd]|Undefined/.test(document.body.innerText)) problems.push("an unfilled placeholder");
  return problems;
}
