// What a stepper shows: numbers as text, the picture, the curve of the objective.

// ---- Numbers.

const minus = (text) => String(text).replace("-", "−");

// Like Python, which of two equally near decimals takes the even one; toFixed takes the
// larger. Halfway between two decimals, and only there, v times 2 ** (digits + 1) is odd.
function fixed(v, digits) {
  const text = v.toFixed(digits);
  const halfway = Math.abs(v * 2 ** (digits + 1)) % 2 === 1;
  if (!halfway || text.at(-1) % 2 === 0) return +text;
  return +(text - Math.sign(v) * 10 ** -digits).toFixed(digits);
}

// How many decimals make four digits, for numbers below 1,000.
const decimals = (v) => Math.min(100, 3 - Math.floor(Math.log10(Math.abs(v) || 1)));
const grouped = (v) => fixed(v, 0).toLocaleString("en");

// A coordinate: to four digits or the whole number.
const short = (v) => minus(Math.abs(v) >= 999.95 ? grouped(v) : fixed(v, decimals(v)));

// An objective: to three decimals below 1,000, and never less than four digits.
function cost(v) {
  if (v === null) return "–";
  return v >= 999.9995 ? grouped(v) : String(fixed(v, Math.max(3, decimals(v))));
}

// With no-break spaces.
const spot = (point) => `(${point.map(short).join(",\xa0")})`;

// Multiples of 1, 2 or 5 times a power of ten.
function ticks(low, high, most) {
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const step = power * [1, 2, 5, 10].find((m) => m * power * most >= high - low);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return range(count).map((i) => +((first + i) * step).toPrecision(12));
}

// ---- Shapes.

// Part of a convex polygon that is nearer to c than to d.
function nearer(polygon, c, d) {
  const side = (p) => square(p, c) - square(p, d);
  return polygon.flatMap((p, i) => {
    const q = polygon[(i + 1) % polygon.length];
    const [a, b] = [side(p), side(q)];
    const keep = a <= 0 ? [p] : [];
    if (a * b < 0) keep.push(p.map((v, f) => v + ((q[f] - v) * a) / (a - b)));
    return keep;
  });
}

// Marks of the curve: after an assignment, after an update, after a drag or a swap.
const DOT = "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0";
const BOX = "m-3-3h6v6h-6z";
const CROSS = "m-4-4l8 8m0-8l-8 8";

function put(node, name, value, label) {
  node.setAttribute(name, value);
  if (label) node.setAttribute("aria-label", label);
}

// ---- The picture of one stepper, drawn anew each time.

class Picture {
  constructor(root, { shapes, colors, names, margins }) {
    this.find = (name) => root.querySelector(`.ks-${name}`);
    this.plot = this.find("plot");
    this.curve = this.find("curve");
    Object.assign(this, { shapes, colors, names, margins });
  }

  // The picture holds all samples and centroids of a start, with equal scales.
  // Its height is that of every data set, so that the controls stay in place.
  fit({ X, C }) {
    // A closed box around it has no width.
    const width = this.plot.clientWidth || 600;
    const { left, right } = this.margins;
    const ends = (choose) => [0, 1].map((d) => choose(...[...X, ...C].map((p) => p[d])));
    const [low, high] = [ends(Math.min), ends(Math.max)];
    const span = low.map((v, d) => 1.14 * (high[d] - v) || 1);
    const inner = width - left - right;
    const height = Math.max(250, Math.round(0.62 * width));
    const scale = Math.min(inner / span[0], height / span[1]);
    const middle = low.map((v, d) => (v + high[d]) / 2);
    const far = [inner, height].map((v) => v / scale / 2);
    this.view = {
      ...{ width, height, scale, middle },
      low: middle.map((v, d) => v - far[d]),
      high: middle.map((v, d) => v + far[d]),
    };
  }

  get fits() {
    return this.view?.width === this.plot.clientWidth;
  }

  // From the plane to the picture, and back from a pointer on the screen.
  to([x, y]) {
    const { low, high, scale } = this.view;
    const { left, top } = this.margins;
    return [left + (x - low[0]) * scale, top + (high[1] - y) * scale].map((v) => v.toFixed(1));
  }

  from({ clientX, clientY }) {
    const box = this.plot.getBoundingClientRect();
    const { low, high, scale } = this.view;
    const { left, top } = this.margins;
    return [
      low[0] + (clientX - box.left - left) / scale,
      high[1] - (clientY - box.top - top) / scale,
    ];
  }

  inside(point) {
    const { low, high } = this.view;
    return point.map((v, d) => Math.min(high[d], Math.max(low[d], v)));
  }

  line(points) {
    return `M${points.map((p) => this.to(p)).join("L")}`;
  }

  mark(point, j, size, look = `fill="${this.colors[j]}"`) {
    const place = `translate(${this.to(point)}) scale(${size})`;
    return `<path d="${this.shapes[j]}" ${look} transform="${place}"/>`;
  }

  // `scene`: states; C, where the centroids are on their way; place, the cursor; tried, a swap
  // that was taken back; goal, the objective to reach; axes, their names; shown, by layer.
  draw(scene) {
    this.drawAxes(scene.axes);
    this.drawSamples(scene.states.at(-1));
    this.drawCurve(scene.states, scene.goal);
    this.drawLayers(scene);
    this.drawHandles(scene.states.at(-1).C, scene.C);
    const help = `Cursor at ${spot(scene.place)}; arrow keys move it, Enter acts`;
    put(this.find("cursor"), "transform", `translate(${this.to(scene.place)})`, help);
  }

  drawAxes(names) {
    const { width, height } = this.view;
    const { left, right, top, bottom } = this.margins;
    const [low, end] = [top + height, width - right];
    const middle = `translate(14 ${(top + low) / 2}) rotate(-90)`;
    this.find("axes").innerHTML = [
      ...this.ticksBelow(low),
      ...this.ticksBeside(end),
      `<path class="ks-axis" d="M${left} ${top}V${low}H${end}"/>`,
      `<text class="ks-name" x="${(left + end) / 2}" y="${low + 40}">${names[0]}</text>`,
      `<text class="ks-name" transform="${middle}">${names[1]}</text>`,
    ].join("");
    put(this.plot, "viewBox", `0 0 ${width} ${low + bottom}`);
  }

  ticksBelow(low) {
    const { view, margins } = this;
    return ticks(view.low[0], view.high[0], view.width / 60).map((v) => {
      const [x] = this.to([v, 0]);
      const text = `<text x="${x}" y="${low + 18}">${minus(v)}</text>`;
      return `<path d="M${x} ${margins.top}V${low}"/>${text}`;
    });
  }

  ticksBeside(end) {
    const { view, margins } = this;
    return ticks(view.low[1], view.high[1], view.height / 45).map((v) => {
      const [, y] = this.to([0, v]);
      const place = `x="${margins.left - 7}" y="${+y + 4.5}"`;
      const text = `<text class="ks-y" ${place}>${minus(v)}</text>`;
      return `<path d="M${margins.left} ${y}H${end}"/>${text}`;
    });
  }

  drawSamples({ X, labels }) {
    const size = 1.33 * Math.sqrt(Math.min(48, Math.max(8, 4500 / X.length)));
    const marks = X.map((x, i) =>
      labels[i] < 0 ? this.mark(x, 0, 0.8 * size, "") : this.mark(x, labels[i], size));
    this.find("samples").innerHTML = marks.join("");
  }

  // What belongs to each centroid: its cell, lines to its samples, its way.
  drawLayers({ states, C, shown, tried }) {
    const { X, labels } = states.at(-1);
    const first = states.findLastIndex(({ half }) => half === "start" || half === "cut");
    // Since the number of centroids last changed.
    const since = states.slice(first);
    const layers = {
      cells: this.cells(since),
      lines: (j) => this.linesTo(C[j], X.filter((_, i) => labels[i] === j), j),
      paths: this.ways(since, C),
    };
    for (const [layer, draw] of Object.entries(layers)) {
      this.find(layer).innerHTML = shown[layer] ? C.map((_, j) => draw(j)).join("") : "";
    }
    if (tried) this.find("paths").innerHTML += this.ghost(C, ...tried);
  }

  // Cells are those of the assignment that gave the samples their colors.
  cells(since) {
    const sites = since.findLast(({ half }) => half === "assign")?.C;
    const [[a, b], [c, d]] = [this.view.low, this.view.high];
    const all = [[a, b], [c, b], [c, d], [a, d]];
    return (j) => {
      if (!sites) return "";
      const others = sites.filter((site) => square(site, sites[j]));
      const cell = others.reduce((part, other) => nearer(part, sites[j], other), all);
      return cell.length ? `<path fill="${this.colors[j]}" d="${this.line(cell)}Z"/>` : "";
    };
  }

  linesTo(c, samples, j) {
    const lines = samples.map((x) => this.line([c, x])).join("");
    return `<path stroke="${this.colors[j]}" d="${lines}"/>`;
  }

  ways(since, C) {
    const stops = since.slice(0, -1).filter(({ half }, i) => !i || half !== "assign");
    return (j) => {
      if (!stops.length) return "";
      const line = `d="${this.line([...stops.map((s) => s.C[j]), C[j]])}"`;
      const [was, ...bends] = stops.map((s) => s.C[j]);
      return [
        `<path class="ks-halo" ${line}/><path stroke="${this.colors[j]}" ${line}/>`,
        this.hollow(was, j, 11),
        ...bends.map((c) => this.mark(c, 0, 4, `fill="${this.colors[j]}"`)),
      ].join("");
    };
  }

  hollow(point, j, size) {
    return this.mark(point, j, size, `class="ks-was" stroke="${this.colors[j]}"`);
  }

  ghost(C, j, point) {
    const look = `stroke="${this.colors[j]}" stroke-dasharray="1 6"`;
    return `<path ${look} d="${this.line([C[j], point])}"/>${this.hollow(point, j, 14)}`;
  }

  // Handles stay, so that the focus stays.
  drawHandles(C, moving) {
    const handles = this.find("centroids");
    while (handles.children.length > C.length) handles.lastChild.remove();
    C.forEach((c, j) => {
      if (!handles.children[j]) handles.insertAdjacentHTML("beforeend", this.handle(j));
      const help = `Centroid, ${this.names[j]}, at ${spot(c)}; arrow keys move it`;
      put(handles.children[j], "transform", `translate(${this.to(moving[j])})`, help);
    });
  }

  handle(j) {
    const look = (more) => `<path d="${this.shapes[j]}" transform="scale(16)" ${more}/>`;
    const inside = `<circle r="22"/>${look('class="ks-halo"')}${look("")}`;
    return `<g tabindex="0" role="button" data-j="${j}" color="${this.colors[j]}">${inside}</g>`;
  }

  drawCurve(states, goal) {
    const width = this.curve.clientWidth;
    const { left } = this.margins;
    const top = Math.max(...states.map((s) => s.objective), goal);
    const apart = (width - left - 16) / Math.max(8, states.length - 1);
    const height = (v) => 8 + (1 - v / (top || 1)) * 76;
    const places = states.map((s, i) => [left + 8 + i * apart, height(s.objective)]);
    const across = (y, look) => `<path ${look} d="M${left} ${y}H${width - 4}"/>`;
    this.curve.innerHTML = [
      `<text x="${left - 5}" y="13">${top ? cost(top) : ""}</text>`,
      `<text x="${left - 5}" y="89">0</text>`,
      across(84, ""),
      goal === null ? "" : across(height(goal), 'class="ks-goal"'),
      ...this.curveLine(states, places),
    ].join("");
    const values = states.flatMap((s) => s.objective ?? []).slice(-8).map(cost);
    const said = `Objective so far: ${values.join(", ") || "none"}`;
    put(this.curve, "viewBox", `0 0 ${width} 92`, said);
  }

  // Broken where there was no objective.
  curveLine(states, places) {
    let line = "";
    const marks = states.map(({ half, objective }, i) => {
      if (objective === null) return "";
      const [x, y] = places[i];
      line += `${(states[i - 1]?.objective ?? null) === null ? "M" : "L"}${x} ${y}`;
      const shape = { assign: DOT, update: BOX }[half] ?? CROSS;
      return `<path class="ks-${half}" d="M${x} ${y}${shape}"/>`;
    });
    return [`<path d="${line}"/>`, ...marks];
  }
}
