// The keys of the review desk.  Without this script the queue and the pages can be read; decisions need it.
"use strict";

const list = document.querySelector(".lines");
const form = document.getElementById("decide");

function press(key) {
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found || (list && found.form === form && !list.contains(document.activeElement))) return false;
  if (found.value === "wrong_edit" && !form.elements.edit.value) {
    document.getElementById("chosen").value = "Choose an edit of one line first.";
  } else if (found.matches("input")) found.focus();
  else {
    document.body.setAttribute("aria-busy", "true");
    found.click();
  }
  return true;
}

// A page that comes back from the history of the browser waits for nothing.
addEventListener("pageshow", () => document.body.removeAttribute("aria-busy"));

function isTyping(target) {
  return target.matches("input, select, textarea");
}

// The line with which a choice of several began.
let anchor = null;

// The form is about the lines from `anchor` to this one, or about one edit of this line.
function choose(line, edit) {
  const lines = [...list.children];
  const ends = [lines.indexOf(anchor || line), lines.indexOf(line)].sort((one, other) => one - other);
  const chosen = lines.slice(ends[0], ends[1] + 1);
  for (const one of lines) {
    one.setAttribute("aria-selected", String(chosen.includes(one)));
    one.tabIndex = one === line ? 0 : -1;
  }
  for (const other of list.querySelectorAll(".edit.chosen")) other.classList.remove("chosen");
  form.elements.lines.value = chosen.map((one) => one.dataset.span).join(",");
  form.elements.line.value = line.id.replace("line-", "");
  const edits = line.querySelectorAll(".edit");
  const marked = edit || (edits.length === 1 && chosen.length === 1 ? edits[0] : null);
  form.elements.edit.value = marked ? marked.dataset.edit : "";
  if (marked) marked.classList.add("chosen");
  const number = form.elements.line.value;
  const what = chosen.length > 1 ? `${chosen.length} lines` : `Line ${number}`;
  document.getElementById("chosen").value = marked ? `${what}, ${marked.title}.` : `${what}.`;
}

// Go to a line; with `from`, choose all lines from there.
function go(line, from) {
  if (!line) return;
  anchor = from || null;
  line.focus({ preventScroll: true });
  line.scrollIntoView({ block: "center" });
  choose(line);
}

function nextEdit(line) {
  const edits = [...line.querySelectorAll(".edit")];
  if (edits.length === 0) return;
  const now = edits.findIndex((one) => one.classList.contains("chosen"));
  choose(line, edits[(now + 1) % edits.length]);
}

if (list) {
  list.addEventListener("focusin", (event) => {
    if (event.target.matches(".line") && event.target.tabIndex !== 0) choose(event.target);
  });
  list.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (!line) return;
    anchor = event.shiftKey ? anchor || list.querySelector('[aria-selected="true"]') : null;
    line.focus({ preventScroll: true });
    choose(line, event.target.closest(".edit"));
  });
  const named = location.hash.startsWith("#line-") ? document.getElementById(location.hash.slice(1)) : null;
  const first = named || document.getElementById(`line-${list.dataset.first}`) || list.querySelector(".line");
  if (first) go(first);
  addEventListener("hashchange", () => go(document.getElementById(location.hash.slice(1))));
} else {
  const start = document.querySelector("[data-start]");
  if (start) start.focus();
}

function move(key, isLonger) {
  const items = [...document.querySelectorAll(list ? ".line" : ".records a")];
  const at = list ? list.querySelector('[tabindex="0"]') : document.activeElement;
  const now = items.indexOf(at);
  const last = items.length - 1;
  const to = { j: now + 1, ArrowDown: now + 1, k: now - 1, ArrowUp: now - 1, Home: 0, End: last }[key];
  if (to === undefined || last < 0) return false;
  const item = items[Math.max(0, Math.min(to, last))];
  if (list) go(item, isLonger ? anchor || at : null);
  else item.focus();
  return true;
}

// The letter of a key.  A keyboard for another script (Cyrillic, Greek) has the Latin letter at the place of the key.
function letter(event) {
  const place = /^Key([A-Z])$/.exec(event.code);
  if (!place || event.key.length !== 1 || event.key <= "~") return event.key;
  return event.shiftKey ? place[1] : place[1].toLowerCase();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const target = event.target;
  if (isTyping(target)) {
    if (event.key === "Escape") target.blur();
    return;
  }
  const inLines = list && list.contains(target);
  const typed = letter(event);
  const key = event.shiftKey && "JK".includes(typed) ? typed.toLowerCase() : typed;
  const moves = !list || inLines || ["j", "k"].includes(key);
  if (key === "e" && inLines) nextEdit(target.closest(".line"));
  else if (!((moves && move(key, event.shiftKey)) || press(key))) return;
  event.preventDefault();
});
