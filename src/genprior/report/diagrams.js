// Phase diagrams and curves, drawn as SVG in the size that they have on the screen.
const DIAGRAMS = JSON.parse(element("data").textContent);
const [TRIAL, ERROR, ITERATIONS, STOP, OUTCOME] = [0, 1, 2, 3, 4];
const COLUMNS = ["trial", "relative error", "iterations", "stop", "outcome", "codimension"];
const CIVIDIS = [[0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115],
  [138, 134, 120], [165, 156, 116], [195, 179, 105], [225, 204, 85], [253, 234, 69]];
const SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
const current = {experiment: "", cell: 0, trial: null};

function shape(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
const short = (number) => number === null ? "not finite"
  : Math.abs(number) >= 1e5 || (number !== 0 && Math.abs(number) < 1e-3)
    ? number.toExponential(1) : String(Number(number.toPrecision(3)));
function colourAt(share) {
  const place = Math.min(Math.max(share, 0), 1) * (CIVIDIS.length - 1);
  const low = Math.min(Math.floor(place), CIVIDIS.length - 2);
  const mixed = CIVIDIS[low].map((value, i) => Math.round(value + (place - low) * (CIVIDIS[low + 1][i] - value)));
  return `rgb(${mixed.join(",")})`;
}

// What can be the colour: each gives a cell's value, and shares lie between 0 and 1.
function colours(diagram) {
  const found = new Map([["success", {of: (cell) => cell.interval[0], share: true}]]);
  const outcomes = new Set(diagram.cells.flatMap((cell) => cell.trials.map((trial) => trial[OUTCOME])));
  for (const outcome of [...outcomes].filter((one) => one !== null).sort()) {
    found.set(`share: ${outcome}`, {share: true, of: (cell) =>
      cell.trials.filter((trial) => trial[OUTCOME] === outcome).length / cell.trials.length});
  }
  found.set("iterations, median", {of: (cell) => cell.iterations, share: false});
  found.set("relative error, median", {of: (cell) => cell.error, share: false});
  return found;
}

// A value's place on an axis of categories, between its neighbours; null beyond them.
function placeOf(values, value) {
  if (value === "first") return -0.5;
  if (value === "last") return values.length - 0.5;
  if (value === null || value < values[0] || value > values.at(-1)) return null;
  const above = values.findIndex((one) => one >= value);
  return values[above] === value ? above
    : above - 1 + (value - values[above - 1]) / (values[above] - values[above - 1]);
}

function ticks(labels, room) {
  const every = Math.max(1, Math.ceil(labels.length * Math.max(...labels.map((one) => one.length * 7 + 8)) / room));
  return labels.map((label, index) => ({label, index})).filter(({index}) => index % every === 0);
}

const describe = (diagram, cell) => [
  ...diagram.axes.map((axis, i) => `${axis.label} = ${axis.values[cell.at[i]]}`),
  `${cell.successes} of ${cell.count} trials recover`,
  `${short(cell.interval[0])} [${short(cell.interval[1])}, ${short(cell.interval[2])}]`].join(", ");

function drawDiagram() {
  const diagram = DIAGRAMS[current.experiment];
  const [across, up] = diagram.axes;
  const svg = element("diagram");
  const [width, height] = [svg.clientWidth || 500, svg.clientHeight || 384];
  const [left, right, top, bottom] = [52, width - 8, 44, height - 44];
  const heightOf = up ? up.values.length : 1;
  const x = (place) => left + (place + 0.5) * (right - left) / across.values.length;
  const y = (place) => bottom - (place + 0.5) * (bottom - top) / heightOf;
  const colour = colours(diagram).get(element("colour").value);
  const values = diagram.cells.map((cell) => colour.of(cell));
  const known = values.filter((value) => value !== null && (colour.share || value > 0));
  const scale = (value) => colour.share ? value : Math.log(value);
  const [least, most] = colour.share ? [0, 1] : [Math.min(...known), Math.max(...known)];
  const share = (value) => most === least ? 0.5 : (scale(value) - scale(least)) / (scale(most) - scale(least));
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  diagram.cells.forEach((cell, index) => {
    const [i, j] = [cell.at[0], up ? cell.at[1] : 0];
    const value = values[index];
    const box = shape("rect", {class: "cell", "data-index": index, x: x(i - 0.5), y: y(j + 0.5),
      width: x(i + 0.5) - x(i - 0.5), height: y(j - 0.5) - y(j + 0.5),
      fill: known.includes(value) ? colourAt(share(value)) : "#808080"});
    box.append(shape("title", {}, describe(diagram, cell)));
    svg.append(box);
  });
  const outlined = (attributes) => {
    svg.append(shape("path", {...attributes, fill: "none", stroke: "#000", "stroke-width": 4}),
      shape("path", {...attributes, fill: "none", stroke: "#fff", "stroke-width": 1.6}));
  };
  for (const {label, line} of diagram.theory) {
    const points = line.map(([a, b]) => [placeOf(across.values, a), up ? placeOf(up.values, b) : placeOf([0], b)]);
    if (points.some((point) => point.includes(null))) continue;
    const d = `M${points.map(([a, b]) => `${x(a)} ${y(b)}`).join("L")}`;
    outlined({class: "theory", d, "stroke-dasharray": "6 4"});
    svg.append(shape("text", {class: "theory", x: left, y: 14}, `dashed: ${label}`));
  }
  for (const {along, beside, location, interval} of diagram.transitions) {
    const axis = diagram.axes[along];
    const other = diagram.axes[1 - along];
    const fixed = other ? placeOf(other.values, beside) : 0;
    const reach = (value, unbounded) => value === null ? unbounded
      : value < axis.values[0] ? -0.5 : value > axis.values.at(-1) ? axis.values.length - 0.5
      : placeOf(axis.values, value);
    const ends = [reach(interval[0], -0.5), reach(interval[1], axis.values.length - 0.5)];
    if (location === null && ends[1] - ends[0] > axis.values.length - 1) continue;  // nothing known
    if (ends[0] === ends[1] || fixed === null) continue;  // beyond the grid
    const at = (place) => along === 0 ? [x(place), y(fixed)] : [x(fixed), y(place)];
    outlined({class: "interval", d: `M${at(ends[0]).join(" ")}L${at(ends[1]).join(" ")}`});
    const place = placeOf(axis.values, location);
    if (place !== null) {
      const [cx, cy] = at(place);
      svg.append(shape("circle", {class: "m50", cx, cy, r: 4, fill: "#fff", stroke: "#000"}));
    }
  }
  for (const {label, index} of ticks(across.values.map(String), right - left)) {
    svg.append(shape("text", {x: x(index), y: bottom + 15, "text-anchor": "middle"}, label));
  }
  svg.append(shape("text", {x: (left + right) / 2, y: height - 8, "text-anchor": "middle"}, across.label));
  if (up) {
    for (const {label, index} of ticks(up.values.map(String), 3 * (bottom - top))) {
      svg.append(shape("text", {x: left - 5, y: y(index) + 4, "text-anchor": "end"}, label));
    }
    svg.append(shape("text", {x: 12, y: (top + bottom) / 2, "text-anchor": "middle",
      transform: `rotate(-90 12 ${(top + bottom) / 2})`}, up.label));
  }
  const key = [short(least), element("colour").value, short(most)];
  for (let step = 0; step < 40; step += 1) {
    svg.append(shape("rect", {x: left + step * (right - left) / 40, y: 22, height: 6,
      width: (right - left) / 40 + 0.5, fill: colourAt(step / 39)}));
  }
  [["start", left], ["middle", (left + right) / 2], ["end", right]].forEach(([anchor, place], i) =>
    svg.append(shape("text", {x: place, y: 40, "text-anchor": anchor}, key[i])));
  const {at} = diagram.cells[current.cell];
  const [i, j] = [at[0], up ? at[1] : 0];
  svg.append(shape("rect", {id: "marked", x: x(i - 0.5), y: y(j + 0.5), width: x(i + 0.5) - x(i - 0.5),
    height: y(j - 0.5) - y(j + 0.5), fill: "none", stroke: "var(--chosen)", "stroke-width": 3}));
}

// A trial's curve: pairs of an iteration and log10 of the relative error, where it has one.
function curveOf(diagram, cell, index) {
  const last = cell.trials[index][ITERATIONS];
  const iterations = [...diagram.landmarks.filter((one) => one < last), last];
  return iterations.map((iteration, i) => {
    const [high, low] = [...cell.curves[index].slice(2 * i, 2 * i + 2)].map((sign) => SIGNS.indexOf(sign));
    return [iteration, high < 0 ? null : (64 * high + low) / 100 - 20];
  }).filter(([, value]) => value !== null);
}

function drawCurve() {
  const diagram = DIAGRAMS[current.experiment];
  const cell = diagram.cells[current.cell];
  const svg = element("curve");
  const [width, height] = [svg.clientWidth || 500, svg.clientHeight || 384];
  const [left, right, top, bottom] = [52, width - 16, 16, height - 44];
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const index = cell.trials.findIndex((one) => one[TRIAL] === current.trial);
  if (index < 0 || !cell.curves[index]) {
    svg.append(shape("text", {x: width / 2, y: height / 2, "text-anchor": "middle"},
      index < 0 ? "choose a trial" : "its method keeps no iterates"));
    return;
  }
  const points = curveOf(diagram, cell, index);
  const known = points.map(([, value]) => value);
  const [low, high] = [Math.floor(Math.min(...known, 0)), Math.ceil(Math.max(...known, 0))];
  const final = cell.trials[index][ITERATIONS];
  const last = Math.log10(1 + final) || 1;
  const x = (iteration) => left + Math.log10(1 + iteration) / last * (right - left);
  const y = (value) => bottom - (value - low) / (high - low || 1) * (bottom - top);
  svg.append(shape("path", {class: "axis", d: `M${left} ${top}V${bottom}H${right}`}));
  svg.append(shape("path", {class: "line", d: `M${points.map(([a, b]) => `${x(a)} ${y(b)}`).join("L")}`}));
  for (const [a, b] of points) svg.append(shape("circle", {class: "point", cx: x(a), cy: y(b), r: 2.5, fill: "var(--accent)"}));
  const every = Math.max(1, Math.ceil((high - low) / 8));
  for (let value = low; value <= high; value += every) {
    svg.append(shape("text", {x: left - 5, y: y(value) + 4, "text-anchor": "end"}, `1e${value}`));
  }
  for (const value of [0, 1, 10, 100, 1000, 10000].filter((one) => one <= final)) {
    svg.append(shape("text", {x: x(value), y: bottom + 15, "text-anchor": "middle"}, value));
  }
  svg.append(shape("text", {x: (left + right) / 2, y: height - 8, "text-anchor": "middle"}, "iteration"),
    shape("text", {x: 12, y: (top + bottom) / 2, "text-anchor": "middle",
      transform: `rotate(-90 12 ${(top + bottom) / 2})`}, `relative error of trial ${current.trial}`));
}

function row(values, kind) {
  const made = document.createElement("tr");
  for (const value of values) {
    const item = document.createElement(kind);
    if (value instanceof Node) item.append(value); else item.textContent = value;
    made.append(item);
  }
  return made;
}

function chooseTrial(trial) {
  const diagram = DIAGRAMS[current.experiment];
  const cell = diagram.cells[current.cell];
  current.trial = trial;
  for (const button of document.querySelectorAll("#trials button")) {
    button.setAttribute("aria-pressed", String(Number(button.textContent) === trial));
  }
  const index = cell.trials.findIndex((one) => one[TRIAL] === trial);
  element("export-box").hidden = index < 0;
  if (index >= 0) {
    element("export").textContent = `.venv/bin/python -m genprior.export ${diagram.tables[cell.tables[index]]}`
      + ` --shape ${cell.shape} --measurements ${cell.m} --trial ${trial}`;
  }
  drawCurve();
}

function chooseCell(index, trial) {
  const diagram = DIAGRAMS[current.experiment];
  const cell = diagram.cells[index];
  current.cell = index;
  element("across").value = cell.at[0];
  if (diagram.axes[1]) element("up").value = cell.at[1];
  element("chosen").textContent = `${current.experiment}, ${describe(diagram, cell)}`;
  const kept = COLUMNS.map((_, column) => column).filter((column) => column < OUTCOME || cell.trials.some((one) => one[column] !== null));
  element("trials").replaceChildren(row(kept.map((column) => COLUMNS[column]), "th"), ...cell.trials.map((one) =>
    row(kept.map((column) => {
      if (column !== TRIAL) return typeof one[column] === "string" ? one[column]
        : one[column] === null && column > ERROR ? "" : short(one[column]);
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = one[TRIAL];
      button.setAttribute("aria-label", `Trial ${one[TRIAL]}: curve and export line`);
      button.addEventListener("click", () => { chooseTrial(one[TRIAL]); rememberCell(); });
      return button;
    }), "td")));
  drawDiagram();
  const numbers = cell.trials.map((one) => one[TRIAL]);
  chooseTrial(numbers.includes(trial) ? trial : numbers[0] ?? null);
}

function rememberCell() {
  remember({experiment: current.experiment, cell: DIAGRAMS[current.experiment].cells[current.cell].at.join("."),
    trial: current.trial, colour: element("colour").value});
}

function chooseExperiment(name, colour, at, trial) {
  current.experiment = name;
  element("experiment").value = name;
  const diagram = DIAGRAMS[name];
  const options = [...colours(diagram).keys()];
  element("colour").replaceChildren(...options.map((one) => new Option(one)));
  element("colour").value = options.includes(colour) ? colour : options[0];
  [["across", diagram.axes[0]], ["up", diagram.axes[1]]].forEach(([id, axis]) => {
    element(id).replaceChildren(...(axis?.values ?? []).map((value, index) => new Option(value, index)));
    element(`${id}-label`).textContent = axis?.label ?? "";
  });
  element("up-box").hidden = !diagram.axes[1];
  const found = diagram.cells.findIndex((cell) => cell.at.join(".") === at);
  chooseCell(found < 0 ? diagram.cells.length - 1 : found, trial);
}

function restoreDiagrams() {
  const names = Object.keys(DIAGRAMS);
  if (!names.length) return;
  const name = names.includes(state.get("experiment")) ? state.get("experiment") : names[0];
  chooseExperiment(name, state.get("colour"), state.get("cell"), Number(state.get("trial") ?? NaN));
}
function cellOf(event) {
  const box = event.target.closest?.(".cell");
  return box ? Number(box.dataset.index) : null;
}
element("diagram").addEventListener("pointermove", (event) => {
  const index = cellOf(event);
  element("pointed").textContent = index === null ? ""
    : describe(DIAGRAMS[current.experiment], DIAGRAMS[current.experiment].cells[index]);
});
element("diagram").addEventListener("click", (event) => {
  const index = cellOf(event);
  if (index !== null) { chooseCell(index); rememberCell(); }
});
element("experiment").addEventListener("change", () => { chooseExperiment(element("experiment").value, element("colour").value); rememberCell(); });
element("colour").addEventListener("change", () => { drawDiagram(); rememberCell(); });
for (const id of ["across", "up"]) {
  element(id).addEventListener("change", () => {
    const diagram = DIAGRAMS[current.experiment];
    const asked = diagram.axes.map((_, axis) => element(["across", "up"][axis]).value).join(".");
    const found = diagram.cells.findIndex((cell) => cell.at.join(".") === asked);
    if (found < 0) { element("chosen").textContent = `${current.experiment} has no such cell`; return; }
    chooseCell(found);
    rememberCell();
  });
}
addEventListener("resize", () => { if (current.experiment) { drawDiagram(); drawCurve(); } });

function restore() {
  state.clear();
  for (const [key, value] of remembered()) state.set(key, value);
  restoreLedger();
  restoreDiagrams();
}
// Anchors inside the page leave what is chosen as it is.
addEventListener("hashchange", () => { if (location.hash.includes("=")) restore(); });
restore();
