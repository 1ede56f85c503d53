const element = (id) => document.getElementById(id);

// What is chosen stands in the address: "#key=value&...". Plain anchors are left to the browser.
const state = new Map();
function remembered() {
  const hash = location.hash.slice(1);
  return new Map(hash.includes("=") ? new URLSearchParams(hash) : []);
}
function remember(changes) {
  for (const [key, value] of Object.entries(changes)) {
    if (value === "" || value === null) state.delete(key); else state.set(key, String(value));
  }
  const hash = new URLSearchParams([...state]).toString();
  if (hash || location.hash.includes("=")) history.replaceState(null, "", `#${hash}`);
}

// The ledger: filter and sort.
const rows = [...document.querySelectorAll("#ledger tbody tr")];
const words = rows.map((row) => `${row.textContent} ${row.dataset.search}`.toLowerCase());
const boxes = [...document.querySelectorAll(".show")];
const headings = [...document.querySelectorAll("#ledger th")];
const order = rows.map((row, index) => index);
function filter() {
  const asked = element("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  rows.forEach((row, index) => {
    row.hidden = !shown.has(row.dataset.verdict) || !asked.every((word) => words[index].includes(word));
  });
  const count = rows.filter((row) => !row.hidden).length;
  element("shown").textContent = `${count} of ${rows.length} shown`;
}
function filtered() {
  filter();
  remember({q: element("filter").value,
    hide: boxes.filter((box) => !box.checked).map((box) => box.value).join(",")});
}
function sortBy(column, falling) {
  headings.forEach((heading) => heading.setAttribute("aria-sort", "none"));
  headings[column].setAttribute("aria-sort", falling ? "descending" : "ascending");
  const key = (row) => {
    const cell = row.children[column];
    if (!("value" in cell.dataset)) return cell.textContent.trim();
    return cell.dataset.value === "" ? Infinity : Number(cell.dataset.value);
  };
  const keys = rows.map(key);
  order.sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0) * (falling ? -1 : 1));
  rows[0]?.parentNode.append(...order.map((index) => rows[index]));
}
element("filter").addEventListener("input", filtered);
boxes.forEach((box) => box.addEventListener("change", filtered));
headings.forEach((heading, column) => heading.querySelector("button").addEventListener("click", () => {
  const falling = heading.getAttribute("aria-sort") === "ascending";
  sortBy(column, falling);
  remember({sort: `${column}${falling ? "-" : ""}`});
}));

// Copy a command; where the clipboard is out of reach, it is left selected.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.(".copy");
  if (!button) return;
  const code = button.parentNode.querySelector("code");
  getSelection().selectAllChildren(code);
  let done = false;
  try { await navigator.clipboard.writeText(code.textContent); done = true; } catch { done = document.execCommand("copy"); }
  button.textContent = done ? "copied" : "selected";
});

function restoreLedger() {
  element("filter").value = state.get("q") ?? "";
  const hidden = new Set((state.get("hide") ?? "").split(","));
  boxes.forEach((box) => { box.checked = !hidden.has(box.value); });
  const sort = /^(\d)(-?)$/.exec(state.get("sort") ?? "");
  if (sort && headings[sort[1]]) sortBy(Number(sort[1]), sort[2] === "-");
  filter();
}
