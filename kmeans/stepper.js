/* The script of kmeans.stepper: k-means on a page, without server or network.

It makes every static .kmeans-stepper on the page live, once, however often
it is loaded. The element then has a property `kmeans`: state(), set(X, C),
forward(), back(), reset(), run(), pause(), swap(), load(data),
move(j, point), add(what, point), remove(point) and
target(). Only state() and target() leave things as they are. */
(() => {
  "use strict";

  // ---- The algorithm: half-steps, ties and empty clusters as in kmeans.algorithm.

  const square = ([a, b], [c, d]) => (a - c) * (a - c) + (b - d) * (b - d);
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  // Of several largest values, the first.
  const argmax = (values) => values.indexOf(Math.max(...values));
  const range = (n) => [...Array(n).keys()];

  const assign = (X, C) => X.map((x) => {
    let best = 0;
    for (let j = 1; j < C.length; j++) if (square(x, C[j]) < square(x, C[best])) best = j;
    return best;
  });

  // Each empty cluster takes the sample farthest from its own centroid, the
  // first of equally far ones; there NumPy's choice depends on the machine.
  function fillEmpty(X, C, labels) {
    const empty = range(C.length).filter((j) => !labels.includes(j));
    const far = X.map((x, i) => square(x, C[labels[i]]));
    if (!empty.length || !Math.max(...far)) return labels;
    const order = range(X.length).sort((a, b) => far[b] - far[a]);
    const filled = [...labels];
    empty.forEach((j, i) => (filled[order[i]] = j));
    return filled;
  }

  function means(X, labels, k) {
    const size = range(k).map((j) => labels.filter((l) => l === j).length);
    const average = (points) => {
      const total = size.map(() => [0, 0]);
      points.forEach(([a, b], i) => {
        total[labels[i]][0] += a;
        total[labels[i]][1] += b;
      });
      return total.map((t, j) => t.map((v) => v / (size[j] || 1)));
    };
    const rough = average(X);
    // What the sums rounded away is the mean of the residuals.
    const rest = average(X.map((x, i) => x.map((v, d) => v - rough[labels[i]][d])));
    const C = rough.map((c, j) => c.map((v, d) => v + rest[j][d]));
    return size.map((n, j) => C[n ? j : argmax(size)]);
  }

  // A sample without a cluster has label -1; then there is no objective.
  const state = (half, X, C, labels, before = labels) => ({
    half, X, C, labels,
    objective: labels.includes(-1) ? null : sum(X.map((x, i) => square(x, C[labels[i]]))),
    changed: labels.filter((j, i) => j !== before[i]).length,
  });
  const begin = (X, C) => state("start", X, C, X.map(() => -1));

  function next({ half, X, C, labels }) {
    if (half !== "assign") return state("assign", X, C, assign(X, C), labels);
    const members = fillEmpty(X, C, labels);
    return state("update", X, means(X, members, C.length), members, labels);
  }

  // Whether one more update and assignment would change no label.
  function settled(states) {
    const [before, now] = states.slice(-2);
    return now?.half === "assign" && before.half === "update" && fillEmpty(now.X, now.C, now.labels).every((j, i) => j === before.labels[i]);
  }

  function lloyd(states) {
    do states.push(next(states.at(-1))); while (!settled(states) && states.length < 999);
    return states;
  }

  // ---- Chance that repeats: the generator mulberry32.

  function generator(seed) {
    const random = () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    random.below = (n) => Math.floor(random() * n);
    random.normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    random.choose = (n, k) => range(n).map((i) => [random(), i]).sort(([a], [b]) => a - b).slice(0, k).map(([, i]) => i);
    return random;
  }

  // Adds samples one by one, by their squared distance to those already there.
  function grow(X, k, random, draw) {
    const C = [X[random.below(X.length)]];
    while (C.length < k) C.push(X[draw(X.map((x) => Math.min(...C.map((c) => square(x, c)))))]);
    return C;
  }
  const SEEDINGS = {
    random: (X, k, random) => random.choose(X.length, k).map((i) => X[i]),
    partition(X, k, random) {
      const labels = X.map(() => random.below(k));
      random.choose(X.length, k).forEach((i, j) => (labels[i] = j));
      return means(X, labels, k);
    },
    maximin: (X, k, random) => grow(X, k, random, argmax),
    plusplus: (X, k, random) => grow(X, k, random, (weights) => {
      let left = random() * sum(weights);
      return Math.max(0, weights.findIndex((w) => (left -= w) < 0));
    }),
  };

  // Lowest objective of 40 k-means++ starts and 120 random swaps.
  function lowest(X, k) {
    const random = generator(0);
    let best;
    for (const i of range(160)) {
      const C = i < 40 ? SEEDINGS.plusplus(X, k, random) : [...best.C];
      if (i >= 40) C[random.below(k)] = X[random.below(X.length)];
      const end = lloyd([begin(X, C)]).at(-1);
      if (!(end.objective >= best?.objective)) best = end;
    }
    return best.objective;
  }

  // ---- Data made here: how many clusters to begin with, and points to three decimals.

  const mix = (seed, n, spread, groups) => (random = generator(seed)) => groups.flatMap(([x, y, own = n, far = spread]) =>
    range(own).map(() => [x + far * random.normal(), y + far * random.normal()]));
  const DATA = {
    blobs: [4, mix(3, 40, 0.8, [[2, 2], [7, 2.5], [3, 6], [8, 6.5]])],
    uniform: [3, (random = generator(1)) => range(150).map(() => [3 * random(), 2 * random()])],
    moons: [2, mix(5, 1, 0.06, range(150).map((i) => {
      const [t, down] = [(i * Math.PI) / 75, i >= 75];
      return [Math.cos(t) + down, Math.sin(t) + down / 2];
    }))],
    unequal: [3, mix(2, 20, 0.25, [[3, 3, 140, 1.1], [6.5, 1.6], [6.5, 4.4]])],
    peaked: [6, mix(4, 25, 0.05, [[-0.9, 0.4], [-0.6, 0.6], [-0.7, -0.5], [0.3, -0.3], [0.6, 0.5], [0.8, 0.2]])],
  };

  // ---- Words and numbers.

  const minus = (v) => String(v).replace("-", "−");
  const short = (v) => v === null ? "–" : minus(Math.abs(v) >= 999.95 ? Math.round(v).toLocaleString("en") : +v.toPrecision(4));
  // With no-break spaces.
  const spot = (point) => `(${point.map(short).join(",\xa0")})`;
  const count = (n, word = "sample") => `${n || "No"} ${word}${n === 1 ? "" : "s"}`;

  function trend(before, now) {
    const [a, b] = [before, now].map((s) => short(s.objective));
    if (now.objective === null) return "press Step to assign the samples";
    if (before.objective === null) return `the objective is ${b}`;
    return a === b ? `the objective stays at ${b}` : `the objective ${now.objective < before.objective ? "fell" : "rose"} from ${a} to ${b}`;
  }

  function describe(before, now) {
    if (now.half === "update") {
      const filled = now.changed ? `Empty clusters took ${count(now.changed)} from far away, and each` : "Each";
      return `${filled} centroid moved to the mean of its samples; ${trend(before, now)}.`;
    }
    const first = !before.labels.some((j) => j >= 0);
    return `${first ? `All ${count(now.changed)} went to their nearest centroid` : `${count(now.changed)} changed cluster`}; ${trend(before, now)}.`;
  }

  // ---- The picture.

  // Multiples of 1, 2 or 5 times a power of ten.
  function ticks(low, high, most) {
    const power = 10 ** Math.floor(Math.log10((high - low) / most));
    const step = power * [1, 2, 5, 10].find((m) => m * power * most >= high - low);
    const first = Math.ceil(low / step);
    return range(Math.floor(high / step) - first + 1).map((i) => +((first + i) * step).toPrecision(12));
  }

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

  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const [LEFT, RIGHT, TOP, BOTTOM] = [52, 10, 10, 46];
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

  function upgrade(root) {
    const { X: X0, C: C0, shapes, colors, names, axes } = JSON.parse(root.dataset.stepper);
    const find = (name) => root.querySelector(`.ks-${name}`);
    const field = (name) => root.querySelector(`[name=${name}]`);
    const chosen = (name) => field(name).value;
    const button = (name) => root.querySelector(`[data-do=${name}]`);
    const put = (node, name, value, label) => {
      node.setAttribute(name, value);
      if (label) node.setAttribute("aria-label", label);
    };
    const [plot, voice, curve, cursor, handles] = ["plot", "say", "curve", "cursor", "centroids"].map(find);

    const title = find("title").textContent;

    // A swap that was taken back stays visible until something else happens.
    let states, random, timer, view, tween, queued, place, tried;
    // By sample set and number of clusters; a better end that the reader finds replaces it.
    const targets = new WeakMap();
    const now = () => states.at(-1);
    const ended = () => settled(states);
    const early = () => document.readyState !== "complete";

    function target() {
      const { X, C: { length } } = now();
      if (!targets.has(X)) targets.set(X, []);
      const known = targets.get(X);
      known[length] ??= lowest(X, length);
      if (ended()) known[length] = Math.min(known[length], now().objective);
      return known[length];
    }

    // What there is to say about the task, once a run has ended or if asked.
    function verdict(asked) {
      const goal = chosen("goal");
      const done = ended();
      if (!done && (!asked || goal === "none" || early())) return "";
      if (goal === "none") return " The run has converged: drag a centroid, or press Swap.";
      const best = short(target());
      const above = done && now().objective > target() * (1 + 1e-9);
      if (goal === "beat") {
        if (done && !above) return ` You are there: ${best} is the lowest known.`;
        return above ? ` The lowest known is ${best}: drag a centroid, or press Swap.` : ` Get the objective down to ${best}.`;
      }
      if (now().C.length < 2) return " One centroid cannot get stuck: add another.";
      return above ? ` Challenge met: stuck above ${best}.` : ` Drag the centroids so that Run ends above ${best}.`;
    }

    // Draws soon, and once for all that happens before.
    function refresh(text) {
      if (text) {
        voice.textContent = text.trim();
        tried = null;
      }
      if (view) queued ??= requestAnimationFrame(draw);
      return api.state();
    }

    function push(entry, text, from = now()?.C) {
      tween = { from, start: performance.now() };
      states.push(entry);
      entry.text = text + verdict(entry.half === "start");
      return refresh(entry.text);
    }

    function set(X, C) {
      pause();
      random = generator(+chosen("seed"));
      states = [];
      field("k").value = C.length;
      push(begin(X, C), `The start: ${count(C.length, "centroid")}${C.every((c) => X.some((x) => !square(x, c))) ? " from among the samples" : ""}. Press Step to join every sample to the nearest, or drag a centroid first.`);
      return view ? fit() : api.state();
    }

    function reseed() {
      const { X } = now();
      const k = Math.max(1, Math.min(10, X.length, Math.round(chosen("k"))));
      if (chosen("method") === "given") field("method").value = "random";
      const right = k === +chosen("k");
      set(X, SEEDINGS[chosen("method")](X, k, generator(+chosen("seed"))));
      return refresh(right ? "" : "Clusters: from 1 to 10, at most one per sample.");
    }

    function load(name) {
      field("data").value = name;
      put(root, "aria-label", (find("title").textContent = name === "own" ? title : field("data").selectedOptions[0].text));
      field("method").value = name === "own" ? "given" : "random";
      if (name === "own") return set(X0, C0);
      const [k, draw] = DATA[name];
      const X = draw().map((x) => x.map((v) => +v.toFixed(3)));
      set(X, X.slice(0, k));
      return reseed();
    }

    function forward() {
      if (ended()) refresh(`The objective stays at ${short(now().objective)}.${verdict()}`);
      else push(next(now()), describe(now(), next(now())));
      if (ended()) pause();
      return api.state();
    }

    function back(left = states.length - 1) {
      pause();
      if (states.length < 2) return refresh("This is the start.");
      tween = { from: now().C, start: performance.now() };
      states.length = left;
      field("k").value = now().C.length;
      return refresh(left === 1 ? "Back at the start." : `Back. ${now().text}`);
    }

    function reset() {
      random = generator(+chosen("seed"));
      return back(1);
    }

    function run() {
      if (timer) return pause();
      // Nobody can listen to every step of a run; its end is announced.
      put(voice, "aria-live", "off");
      const tick = () => {
        timer = setTimeout(tick, 1600 / chosen("speed"));
        forward();
      };
      tick();
    }

    function pause() {
      if (!timer) return;
      timer = clearTimeout(timer);
      put(voice, "aria-live", "polite");
      const text = voice.textContent;
      voice.textContent = "";
      refresh(text);
    }

    function swap() {
      pause();
      if (!ended()) return refresh(`Press Run first. ${button("swap").title}`);
      const { X, C, labels, objective } = now();
      const [j, i] = [random.below(C.length), random.below(X.length)];
      const trial = lloyd([state("swap", X, C.map((c, l) => (l === j ? X[i] : c)), labels)]);
      const end = trial.at(-1);
      const what = `The ${names[j]} was tried at ${spot(X[i])}.`;
      const [was, is] = [objective, end.objective].map(short);
      if (end.objective > objective * (1 - 1e-12)) {
        refresh(`${what} That run ended at ${is}, not below ${was}, so it is back.`);
        tried = [j, X[i]];
        return api.state();
      }
      trial.forEach((entry, l) => (entry.text = l ? describe(trial[l - 1], entry) : what));
      states.push(...trial.slice(0, -1));
      return push(end, `${what} That run ended at ${is}, below ${was}, so it stays.`, C);
    }

    const inside = (point) => point.map((v, d) => Math.min(view.high[d], Math.max(view.low[d], v)));

    // Moves of one centroid in a row are undone together.
    function move(j, point, again) {
      pause();
      if (again && now().which === j) states.pop();
      const { X, C, labels } = now();
      const moved = C.map((c, l) => (l === j ? inside(point) : c));
      const entry = { ...state("move", X, moved, labels), which: j };
      push(entry, `The ${names[j]} moved to ${spot(moved[j])}; ${trend(now(), entry)}.`);
      tween = null;
      return api.state();
    }

    function edit(half, X, C, labels, text) {
      pause();
      field("k").value = C.length;
      return push(state(half, X, C, labels), text);
    }

    function add(what, point) {
      const { X, C, labels } = now();
      const p = inside(point).map((v) => +v.toFixed(3));
      const text = `A ${what === "point" ? "sample" : what} was added at ${spot(p)}; press Step to assign the samples.`;
      if (what === "point" && X.length < 500) return edit("edit", [...X, p], C, [...labels, -1], text);
      if (what === "centroid" && C.length < Math.min(10, X.length)) return edit("cut", X, [...C, p], labels, text);
      return refresh("At most 500 samples and 10 centroids, one per sample.");
    }

    // Removes what is nearest.
    function remove(point) {
      const { X, C, labels } = now();
      const all = [...C, ...X];
      const i = argmax(all.map((p) => -square(p, point)));
      const text = `The ${i < C.length ? "centroid" : "sample"} at ${spot(all[i])} was removed.`;
      const others = (_, l) => l !== (i < C.length ? i : i - C.length);
      if (i < C.length && C.length > 1) return edit("cut", X, C.filter(others), labels.map((j) => (j === i ? -1 : j - (j > i))), text);
      if (i >= C.length && X.length > C.length) return edit("edit", X.filter(others), C, labels.filter(others), text);
      return refresh("There must be a centroid, and a sample for each.");
    }

    const api = (root.kmeans = {
      state: () => ({ ...now(), step: states.length - 1, converged: ended() }),
      set, forward, back, reset, run, pause, swap, load, move, add, remove, target,
    });

    // ---- Drawing: once a frame.

    // The picture holds all samples and centroids of a start, with equal scales.
    // Its height is that of every data set, so that the controls stay in place.
    function fit() {
      const { X, C } = states[0];
      // A closed box around it has no width.
      const width = plot.clientWidth || 600;
      const [low, high] = ["min", "max"].map((f) => [0, 1].map((d) => Math[f](...[...X, ...C].map((p) => p[d]))));
      const span = low.map((v, d) => 1.14 * (high[d] - v) || 1);
      const inner = width - LEFT - RIGHT;
      const height = Math.max(250, Math.round(0.62 * width));
      const scale = Math.min(inner / span[0], height / span[1]);
      place = low.map((v, d) => (v + high[d]) / 2);
      const far = [inner, height].map((v) => v / scale / 2);
      view = { width, height, scale, low: place.map((v, d) => v - far[d]), high: place.map((v, d) => v + far[d]) };
      return refresh();
    }

    const to = ([x, y]) => [LEFT + (x - view.low[0]) * view.scale, TOP + (view.high[1] - y) * view.scale].map((v) => v.toFixed(1));
    const mark = (point, j, size, look = `fill="${colors[j]}"`) => `<path d="${shapes[j]}" ${look} transform="translate(${to(point)}) scale(${size})"/>`;
    const paint = (layer, draw) => (find(layer).innerHTML = field(layer)?.checked === false ? "" : now().C.map((_, j) => draw(j, colors[j])).join(""));

    function drawAxes() {
      const { low, high, width, height } = view;
      const [bottom, right] = [TOP + height, width - RIGHT];
      const [x, y] = [(LEFT + right) / 2, (TOP + bottom) / 2];
      const words = chosen("data") === "own" ? axes : ["x", "y"];
      find("axes").innerHTML = ticks(low[0], high[0], width / 60).map((v) => {
        const [a] = to([v, 0]);
        return `<path d="M${a} ${TOP}V${bottom}"/><text x="${a}" y="${bottom + 18}">${minus(v)}</text>`;
      }).join("") + ticks(low[1], high[1], height / 45).map((v) => {
        const [, b] = to([0, v]);
        return `<path d="M${LEFT} ${b}H${right}"/><text class="ks-y" x="${LEFT - 7}" y="${+b + 4.5}">${minus(v)}</text>`;
      }).join("") + `<path class="ks-axis" d="M${LEFT} ${TOP}V${bottom}H${right}"/><text class="ks-name" x="${x}" y="${bottom + 40}">${words[0]}</text><text class="ks-name" transform="translate(14 ${y}) rotate(-90)">${words[1]}</text>`;
      put(plot, "viewBox", `0 0 ${width} ${bottom + BOTTOM}`);
    }

    function drawSamples({ X, labels }) {
      const size = 1.33 * Math.sqrt(Math.min(48, Math.max(8, 4500 / X.length)));
      find("samples").innerHTML = X.map((x, i) => labels[i] < 0 ? mark(x, 0, 0.8 * size, "") : mark(x, labels[i], size)).join("");
    }

    function drawCurve() {
      const width = curve.clientWidth;
      const goal = chosen("goal") === "none" || early() ? null : target();
      const top = Math.max(...states.map((s) => s.objective), goal);
      const [x, y] = [(i) => LEFT + 8 + (i * (width - LEFT - 16)) / Math.max(8, states.length - 1), (v) => 8 + (1 - v / (top || 1)) * 76];
      let line = "", marks = "";
      states.forEach(({ half, objective }, i) => {
        if (objective === null) return;
        const [a, b] = [x(i), y(objective)];
        line += `${states[i - 1]?.objective != null ? "L" : "M"}${a} ${b}`;
        const path = { assign: "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", update: "m-3-3h6v6h-6z" }[half] ?? "m-4-4l8 8m0-8l-8 8";
        marks += `<path class="ks-${half}" d="M${a} ${b}${path}"/>`;
      });
      curve.innerHTML = `<text x="${LEFT - 5}" y="13">${top ? short(top) : ""}</text><text x="${LEFT - 5}" y="89">0</text><path d="M${LEFT} 84H${width - 4}"/>${goal === null ? "" : `<path class="ks-goal" d="M${LEFT} ${y(goal)}H${width - 4}"/>`}<path d="${line}"/>${marks}`;
      const values = states.flatMap((s) => s.objective ?? []);
      put(curve, "viewBox", `0 0 ${width} 92`, `Objective so far: ${values.slice(-8).map(short).join(", ") || "none"}`);
      find("value").textContent = short(now().objective);
      find("target").textContent = goal === null ? "" : `Best known ${short(goal)}`;
    }

    function draw(time) {
      queued = null;
      const entry = now();
      const { X, labels } = entry;
      let { C } = entry;
      const part = still.matches || tween?.from?.length !== C.length ? 1 : Math.max(0, (time - tween.start) / Math.min(350, 1200 / chosen("speed")));
      if (part < 1) {
        C = C.map((c, j) => c.map((v, d) => v + (1 - part) ** 3 * (tween.from[j][d] - v)));
        refresh();
      }
      drawAxes();
      drawSamples(entry);
      drawCurve();
      const [[a, b], [c, d]] = [view.low, view.high];
      const since = states.slice(states.findLastIndex((s) => s.half === "start" || s.half === "cut"));
      // Cells are those of the assignment that gave the samples their colors.
      const sites = since.findLast((s) => s.half === "assign")?.C;
      paint("cells", (j, color) => {
        if (!sites) return "";
        const cell = sites.reduce((part, other) => square(other, sites[j]) ? nearer(part, sites[j], other) : part, [[a, b], [c, b], [c, d], [a, d]]);
        return cell.length ? `<path fill="${color}" d="M${cell.map(to).join("L")}Z"/>` : "";
      });
      paint("lines", (j, color) => `<path stroke="${color}" d="${X.map((x, i) => (labels[i] === j ? `M${to(C[j])}L${to(x)}` : "")).join("")}"/>`);
      // Ways since the number of centroids last changed.
      const stops = since.slice(0, -1).filter((s, i) => !i || s.half !== "assign");
      paint("paths", (j, color) => {
        const line = `d="M${[...stops.map((s) => s.C[j]), C[j]].map(to).join("L")}"`;
        return stops.length ? `<path class="ks-halo" ${line}/><path stroke="${color}" ${line}/>` + stops.map((s, i) =>
          i ? mark(s.C[j], 0, 4, `fill="${color}"`) : mark(s.C[j], j, 11, `class="ks-was" stroke="${color}"`)).join("") : "";
      });
      if (tried) {
        const [j, point] = tried;
        find("paths").innerHTML += `<path stroke="${colors[j]}" stroke-dasharray="1 6" d="M${to(C[j])}L${to(point)}"/>` + mark(point, j, 14, `class="ks-was" stroke="${colors[j]}"`);
      }
      // Handles stay, so that the focus stays.
      while (handles.children.length > C.length) handles.lastChild.remove();
      C.forEach((c, j) => {
        if (!handles.children[j]) {
          const look = (more) => `<path d="${shapes[j]}" transform="scale(16)" ${more}/>`;
          handles.insertAdjacentHTML("beforeend", `<g tabindex="0" role="button" data-j="${j}" color="${colors[j]}"><circle r="22"/>${look('class="ks-halo"')}${look("")}</g>`);
        }
        put(handles.children[j], "transform", `translate(${to(c)})`, `Centroid, ${names[j]}, at ${spot(entry.C[j])}; arrow keys move it`);
      });

      root.dataset.tool = chosen("tool");
      root.toggleAttribute("data-assigned", labels.some((j) => j >= 0));
      put(cursor, "transform", `translate(${to(place)})`, `Cursor at ${spot(place)}; arrow keys move it, Enter acts`);
      find("half").textContent = ended() ? "(done)" : entry.half === "assign" ? "update" : "assign";
      Object.entries({ step: ended(), run: ended(), swap: !ended(), back: states.length < 2 }).forEach(([name, off]) => put(button(name), "aria-disabled", off));
      button("run").textContent = timer ? "Pause" : "Run";
    }

    // ---- Hands and keys.

    root.onclick = ({ target }) => {
      const name = target.closest("[data-do]")?.dataset.do;
      if (name === "step") pause();
      ({ step: forward, back, run, swap, reset })[name]?.();
    };
    root.onchange = ({ target: { name, value, selectedOptions } }) => {
      if (name === "data" || (name === "method" && value === "given")) load(chosen("data"));
      else if (["method", "k", "seed"].includes(name)) reseed();
      else refresh((name === "goal" && verdict(true)) || selectedOptions?.[0].dataset.say);
    };

    function act(point) {
      if (chosen("tool") === "remove") remove(point);
      else if (chosen("tool") !== "move") add(chosen("tool"), point);
    }
    function where({ clientX, clientY }) {
      const { left, top } = plot.getBoundingClientRect();
      return [view.low[0] + (clientX - left - LEFT) / view.scale, view.high[1] - (clientY - top - TOP) / view.scale];
    }
    plot.onclick = (event) => act(where(event));
    plot.onpointerdown = (event) => {
      const handle = event.target.closest("[data-j]");
      if (!handle || chosen("tool") !== "move" || event.button) return;
      // A centroid grabbed beside its middle must not jump there.
      const [j, grip, c] = [+handle.dataset.j, where(event), now().C[+handle.dataset.j]];
      let again = false;
      handle.setPointerCapture(event.pointerId);
      put(voice, "aria-live", "off");
      handle.onpointermove = (moved) => {
        move(j, where(moved).map((v, d) => c[d] + v - grip[d]), again);
        again = true;
      };
      handle.onlostpointercapture = () => {
        handle.onpointermove = null;
        put(voice, "aria-live", "polite");
      };
    };
    plot.onkeydown = (event) => {
      const j = event.target.dataset.j;
      const arrow = ARROWS[event.key];
      const here = j ? now().C[j] : place;
      if (arrow) {
        const point = here.map((v, d) => v + arrow[d] * (event.shiftKey ? 30 : 6) / view.scale);
        if (j) move(+j, point, true);
        else refresh(`Cursor at ${spot((place = inside(point)))}.`);
      } else if (event.key === "Delete" && j) remove(here);
      else if (event.key === "Enter" || event.key === " ") act(here);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };

    // JupyterLab leaves the keys to what has the focus if it says so itself.
    root.addEventListener("focusin", ({ target: { dataset } }) => (dataset.lmSuppressShortcuts = true));

    find("note").remove();
    find("live").hidden = false;
    handles.innerHTML = "";
    put(plot, "role", "group");
    root.dataset.ready = "";
    set(X0, C0);
    // Not while the page is read: the search for a target, and the layout.
    addEventListener("load", () => states[1] || set(now().X, now().C));
    new ResizeObserver(() => view?.width !== plot.clientWidth && fit()).observe(plot);
  }

  document.querySelectorAll(".kmeans-stepper:not([data-ready])").forEach(upgrade);
})();
