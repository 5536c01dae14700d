// What a reader does with a stepper, and what the stepper says.
//
// Every static .kmeans-stepper on the page becomes live, once, however often the script is
// loaded. The element then has a property `kmeans`, the Stepper below. Of its methods only
// state() and target() leave things as they are.

// ---- Words.

const count = (n, word = "sample") => `${n || "No"} ${word}${n === 1 ? "" : "s"}`;

function trend(before, now) {
  const [a, b] = [before, now].map((s) => cost(s.objective));
  if (now.objective === null) return "press Step to assign the samples";
  if (before.objective === null) return `the objective is ${b}`;
  if (a === b) return `the objective stays at ${b}`;
  return `the objective ${now.objective < before.objective ? "fell" : "rose"} from ${a} to ${b}`;
}

function describe(before, now) {
  const filled = `Empty clusters took ${count(now.changed)} from far away, and each`;
  const what =
    now.half === "update"
      ? `${now.changed ? filled : "Each"} centroid moved to the mean of its samples`
      : before.labels.some((j) => j >= 0)
        ? `${count(now.changed)} changed cluster`
        : `All ${count(now.changed)} went to their nearest centroid`;
  return `${what}; ${trend(before, now)}.`;
}

function greet({ X, C }) {
  const known = C.every((c) => X.some((x) => !square(x, c)));
  return (
    `The start: ${count(C.length, "centroid")}${known ? " from among the samples" : ""}. ` +
    "Press Step to join every sample to the nearest, or drag a centroid first."
  );
}

// ---- One stepper.

const still = matchMedia("(prefers-reduced-motion: reduce)");
const loading = () => document.readyState !== "complete";
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

class Stepper {
  constructor(root) {
    this.root = root;
    this.page = JSON.parse(root.dataset.stepper);
    this.picture = new Picture(root, this.page);
    this.plot = this.picture.plot;
    this.voice = this.find("say");
    this.title = this.find("title").textContent;
    // By sample set and number of clusters; a better end that the reader finds replaces it.
    this.targets = new WeakMap();
  }

  find(name) {
    return this.root.querySelector(`.ks-${name}`);
  }

  field(name) {
    return this.root.querySelector(`[name=${name}]`);
  }

  chosen(name) {
    return this.field(name).value;
  }

  button(name) {
    return this.root.querySelector(`[data-do=${name}]`);
  }

  get now() {
    return this.states.at(-1);
  }

  get ended() {
    return settled(this.states);
  }

  get random() {
    return (this.chance ??= generator(+this.chosen("seed")));
  }

  state() {
    return { ...this.now, step: this.states.length - 1, converged: this.ended };
  }

  // ---- Tasks.

  target() {
    const { X, C } = this.now;
    if (!this.targets.has(X)) this.targets.set(X, []);
    const known = this.targets.get(X);
    known[C.length] ??= lowest(X, C.length);
    if (this.ended) known[C.length] = Math.min(known[C.length], this.now.objective);
    return known[C.length];
  }

  isAboveTarget() {
    return this.ended && isBetter(this.target(), this.now.objective, this.page.rounding);
  }

  // What there is to say about the task, once a run has ended or if asked.
  verdict(asked) {
    const goal = this.chosen("goal");
    if (!this.ended && (!asked || goal === "none" || loading())) return "";
    if (goal === "none") return " The run has converged: drag a centroid, or press Swap.";
    return goal === "beat" ? this.verdictOnLowest() : this.verdictOnStuck();
  }

  verdictOnLowest() {
    const best = cost(this.target());
    if (!this.ended) return ` Get the objective down to ${best}.`;
    return this.isAboveTarget()
      ? ` The lowest known is ${best}: drag a centroid, or press Swap.`
      : ` You are there: ${best} is the lowest known.`;
  }

  verdictOnStuck() {
    const best = cost(this.target());
    if (this.now.C.length < 2) return " One centroid cannot get stuck: add another.";
    return this.isAboveTarget()
      ? ` Challenge met: stuck above ${best}.`
      : ` Drag the centroids so that Run ends above ${best}.`;
  }

  // ---- Changes. Each ends with a refresh, which gives the state.

  // Draws soon, and once for all that happens before.
  refresh(text) {
    if (text) {
      this.voice.textContent = text.trim();
      this.tried = null;
    }
    if (this.picture.view) this.queued ??= requestAnimationFrame((time) => this.draw(time));
    return this.state();
  }

  push(entry, text, from = this.now?.C) {
    this.glide(from);
    this.states.push(entry);
    entry.text = text + this.verdict(entry.half === "start");
    return this.refresh(entry.text);
  }

  // Lets the centroids travel from there to where they are now.
  glide(from) {
    this.tween = { from, start: performance.now() };
  }

  set(X, C) {
    this.pause();
    this.chance = null;
    this.states = [];
    this.field("k").value = C.length;
    this.push(begin(X, C), greet({ X, C }));
    return this.picture.view ? this.fit() : this.state();
  }

  fit() {
    this.picture.fit(this.states[0]);
    this.place = this.picture.view.middle;
    return this.refresh();
  }

  reseed() {
    const { X } = this.now;
    const most = Math.min(this.page.most.clusters, X.length);
    const k = Math.max(1, Math.min(most, Math.round(this.chosen("k"))));
    const right = k === +this.chosen("k");
    if (this.chosen("method") === "given") this.field("method").value = "random";
    const seed = generator(+this.chosen("seed"));
    this.set(X, SEEDINGS[this.chosen("method")](X, k, seed));
    const limits = `Clusters: from 1 to ${this.page.most.clusters}, at most one per sample.`;
    return this.refresh(right ? "" : limits);
  }

  load(name) {
    const own = name === "own";
    this.field("data").value = name;
    this.field("method").value = own ? "given" : "random";
    const title = own ? this.title : this.field("data").selectedOptions[0].text;
    this.find("title").textContent = title;
    put(this.root, "aria-label", title);
    if (own) return this.set(this.page.X, this.page.C);
    const [k, draw] = DATA[name];
    const X = draw().map((x) => x.map((v) => +v.toFixed(3)));
    this.set(X, X.slice(0, k));
    return this.reseed();
  }

  forward() {
    if (this.ended) {
      this.refresh(`The objective stays at ${cost(this.now.objective)}.${this.verdict()}`);
    } else {
      const after = next(this.now);
      this.push(after, describe(this.now, after));
    }
    if (this.ended) this.pause();
    return this.state();
  }

  back(left = this.states.length - 1) {
    this.pause();
    if (this.states.length < 2) return this.refresh("This is the start.");
    this.glide(this.now.C);
    this.states.length = left;
    this.field("k").value = this.now.C.length;
    return this.refresh(left === 1 ? "Back at the start." : `Back. ${this.now.text}`);
  }

  reset() {
    this.chance = null;
    return this.back(1);
  }

  run() {
    if (this.timer) return this.pause();
    // Nobody can listen to every step of a run; its end is announced.
    put(this.voice, "aria-live", "off");
    const tick = () => {
      this.timer = setTimeout(tick, 1600 / this.chosen("speed"));
      this.forward();
    };
    tick();
  }

  pause() {
    if (!this.timer) return;
    this.timer = clearTimeout(this.timer);
    put(this.voice, "aria-live", "polite");
    const text = this.voice.textContent;
    this.voice.textContent = "";
    this.refresh(text);
  }

  swap() {
    this.pause();
    if (!this.ended) return this.refresh(`Press Run first. ${this.button("swap").title}`);
    const { X, C, labels, objective } = this.now;
    const [j, i] = [this.random.below(C.length), this.random.below(X.length)];
    const there = C.map((c, l) => (l === j ? X[i] : c));
    const trial = lloyd([stateOf("swap", X, there, labels)]);
    const what = `The ${this.page.names[j]} was tried at ${spot(X[i])}.`;
    const better = isBetter(trial.at(-1).objective, objective, this.page.rounding);
    return better ? this.keep(trial, what) : this.takeBack(trial, what, [j, X[i]]);
  }

  keep(trial, what) {
    const { C, objective } = this.now;
    const [was, is] = [objective, trial.at(-1).objective].map(cost);
    trial.forEach((entry, l) => (entry.text = l ? describe(trial[l - 1], entry) : what));
    this.states.push(...trial.slice(0, -1));
    const text = `${what} That run ended at ${is}, below ${was}, so it stays.`;
    return this.push(trial.at(-1), text, C);
  }

  // It stays visible until something else happens.
  takeBack(trial, what, tried) {
    const [was, is] = [this.now.objective, trial.at(-1).objective].map(cost);
    this.refresh(`${what} That run ended at ${is}, not below ${was}, so it is back.`);
    this.tried = tried;
    return this.state();
  }

  // Moves of one centroid in a row are undone together.
  move(j, point, again) {
    this.pause();
    if (again && this.now.which === j) this.states.pop();
    const { X, C, labels } = this.now;
    const moved = C.map((c, l) => (l === j ? this.picture.inside(point) : c));
    const entry = { ...stateOf("move", X, moved, labels), which: j };
    const what = `The ${this.page.names[j]} moved to ${spot(moved[j])}`;
    this.push(entry, `${what}; ${trend(this.now, entry)}.`);
    this.tween = null;
    return this.state();
  }

  edit(half, X, C, labels, text) {
    this.pause();
    this.field("k").value = C.length;
    return this.push(stateOf(half, X, C, labels), text);
  }

  add(what, point) {
    const { X, C, labels } = this.now;
    const { samples, clusters } = this.page.most;
    const p = this.picture.inside(point).map((v) => +v.toFixed(3));
    const name = what === "point" ? "sample" : what;
    const text = `A ${name} was added at ${spot(p)}; press Step to assign the samples.`;
    if (what === "point" && X.length < samples) {
      return this.edit("edit", [...X, p], C, [...labels, -1], text);
    }
    if (what === "centroid" && C.length < Math.min(clusters, X.length)) {
      return this.edit("cut", X, [...C, p], labels, text);
    }
    return this.refresh(`At most ${samples} samples and ${clusters} centroids, one per sample.`);
  }

  // Removes what is nearest.
  remove(point) {
    const { X, C } = this.now;
    const all = [...C, ...X];
    const i = argmax(all.map((p) => -square(p, point)));
    const isCentroid = i < C.length;
    const text = `The ${isCentroid ? "centroid" : "sample"} at ${spot(all[i])} was removed.`;
    if (isCentroid && C.length > 1) return this.removeCentroid(i, text);
    if (!isCentroid && X.length > C.length) return this.removeSample(i - C.length, text);
    return this.refresh("There must be a centroid, and a sample for each.");
  }

  removeCentroid(i, text) {
    const { X, C, labels } = this.now;
    const renamed = labels.map((j) => (j === i ? -1 : j - (j > i)));
    return this.edit("cut", X, C.filter((_, j) => j !== i), renamed, text);
  }

  removeSample(i, text) {
    const { X, C, labels } = this.now;
    const others = (_, l) => l !== i;
    return this.edit("edit", X.filter(others), C, labels.filter(others), text);
  }

  // ---- Drawing: once a frame.

  draw(time) {
    this.queued = null;
    const goal = this.chosen("goal") === "none" || loading() ? null : this.target();
    const layers = ["cells", "lines", "paths"];
    this.picture.draw({
      states: this.states,
      C: this.onTheWay(time),
      place: this.place,
      tried: this.tried,
      goal,
      axes: this.chosen("data") === "own" ? this.page.axes : ["x", "y"],
      shown: Object.fromEntries(layers.map((name) => [name, this.field(name).checked])),
    });
    this.find("value").textContent = cost(this.now.objective);
    this.find("target").textContent = goal === null ? "" : `Best known ${cost(goal)}`;
    this.drawControls();
  }

  // Where the centroids are drawn while they travel; then there is more to draw.
  onTheWay(time) {
    const { C } = this.now;
    if (still.matches || this.tween?.from?.length !== C.length) return C;
    const { from, start } = this.tween;
    const part = Math.max(0, (time - start) / Math.min(350, 1200 / this.chosen("speed")));
    if (part >= 1) return C;
    this.refresh();
    return C.map((c, j) => c.map((v, d) => v + (1 - part) ** 3 * (from[j][d] - v)));
  }

  drawControls() {
    const { half, labels } = this.now;
    const { ended } = this;
    this.root.dataset.tool = this.chosen("tool");
    this.root.toggleAttribute("data-assigned", labels.some((j) => j >= 0));
    this.find("half").textContent = ended ? "(done)" : half === "assign" ? "update" : "assign";
    this.button("run").textContent = this.timer ? "Pause" : "Run";
    const off = { step: ended, run: ended, swap: !ended, back: this.states.length < 2 };
    for (const name in off) put(this.button(name), "aria-disabled", off[name]);
  }

  // ---- Hands and keys.

  listen() {
    this.root.onclick = (event) => this.press(event.target);
    this.root.onchange = (event) => this.choose(event.target);
    this.plot.onclick = (event) => this.act(this.picture.from(event));
    this.plot.onpointerdown = (event) => this.grab(event);
    this.plot.onkeydown = (event) => this.key(event);
    // JupyterLab leaves the keys to what has the focus if it says so itself.
    this.root.addEventListener("focusin", ({ target }) => {
      target.dataset.lmSuppressShortcuts = true;
    });
    // Not while the page is read: the search for a target, and the layout.
    addEventListener("load", () => {
      if (this.states.length === 1) this.set(this.now.X, this.now.C);
    });
    new ResizeObserver(() => this.picture.fits || this.fit()).observe(this.plot);
  }

  press(target) {
    const name = target.closest("[data-do]")?.dataset.do;
    if (name === "step") this.pause();
    const method = name === "step" ? "forward" : name;
    if (method) this[method]();
  }

  choose({ name, value, selectedOptions }) {
    if (name === "data" || (name === "method" && value === "given")) this.load(this.chosen("data"));
    else if (["method", "k", "seed"].includes(name)) this.reseed();
    else this.refresh((name === "goal" && this.verdict(true)) || selectedOptions?.[0].dataset.say);
  }

  act(point) {
    const tool = this.chosen("tool");
    if (tool === "remove") this.remove(point);
    else if (tool !== "move") this.add(tool, point);
  }

  grab(event) {
    const handle = event.target.closest("[data-j]");
    if (!handle || this.chosen("tool") !== "move" || event.button) return;
    const j = +handle.dataset.j;
    // A centroid grabbed beside its middle must not jump there.
    const [grip, c] = [this.picture.from(event), this.now.C[j]];
    let again = false;
    handle.setPointerCapture(event.pointerId);
    put(this.voice, "aria-live", "off");
    handle.onpointermove = (moved) => {
      const point = this.picture.from(moved).map((v, d) => c[d] + v - grip[d]);
      this.move(j, point, again);
      again = true;
    };
    handle.onlostpointercapture = () => {
      handle.onpointermove = null;
      put(this.voice, "aria-live", "polite");
    };
  }

  key(event) {
    const { j } = event.target.dataset;
    const here = j ? this.now.C[j] : this.place;
    if (event.key in ARROWS) this.nudge(j, here, ARROWS[event.key], event.shiftKey ? 30 : 6);
    else if (event.key === "Delete" && j) this.remove(here);
    else if (event.key === "Enter" || event.key === " ") this.act(here);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Moves a centroid, or without one the cursor, by so many pixels.
  nudge(j, here, arrow, pixels) {
    const point = here.map((v, d) => v + (arrow[d] * pixels) / this.picture.view.scale);
    if (j) return this.move(+j, point, true);
    this.place = this.picture.inside(point);
    return this.refresh(`Cursor at ${spot(this.place)}.`);
  }
}

// ---- From a picture to a stepper.

function upgrade(root) {
  const stepper = new Stepper(root);
  root.kmeans = stepper;
  stepper.find("note").remove();
  stepper.find("live").hidden = false;
  stepper.find("centroids").innerHTML = "";
  put(stepper.plot, "role", "group");
  root.dataset.ready = "";
  stepper.set(stepper.page.X, stepper.page.C);
  stepper.listen();
}

document.querySelectorAll(".kmeans-stepper:not([data-ready])").forEach(upgrade);
