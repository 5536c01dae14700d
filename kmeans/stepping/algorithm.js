// k-means in the plane, half-step by half-step, as kmeans.core does it.
//
// A point is [x, y]. X holds samples, C centroids, and labels the number of a centroid for each
// sample, or -1 for one that has not been assigned. Nothing here changes what it is given.

const square = ([a, b], [c, d]) => (a - c) * (a - c) + (b - d) * (b - d);
const sum = (values) => values.reduce((a, b) => a + b, 0);
// Of several largest values, the first.
const argmax = (values) => values.indexOf(Math.max(...values));
const range = (n) => [...Array(n).keys()];

// ---- One half-step after another.

function nearest(x, C) {
  let best = 0;
  for (let j = 1; j < C.length; j++) {
    if (square(x, C[j]) < square(x, C[best])) best = j;
  }
  return best;
}

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

function average(points, labels, sizes) {
  const total = sizes.map(() => [0, 0]);
  points.forEach(([a, b], i) => {
    total[labels[i]][0] += a;
    total[labels[i]][1] += b;
  });
  return total.map((t, j) => t.map((v) => v / (sizes[j] || 1)));
}

function means(X, labels, k) {
  const sizes = range(k).map((j) => labels.filter((l) => l === j).length);
  const rough = average(X, labels, sizes);
  // What the sums rounded away is the mean of the residuals.
  const residuals = X.map((x, i) => x.map((v, d) => v - rough[labels[i]][d]));
  const rest = average(residuals, labels, sizes);
  const C = rough.map((c, j) => c.map((v, d) => v + rest[j][d]));
  return sizes.map((n, j) => C[n ? j : argmax(sizes)]);
}

// As long as a sample has no cluster there is no objective.
function objectiveOf(X, C, labels) {
  return labels.includes(-1) ? null : sum(X.map((x, i) => square(x, C[labels[i]])));
}

function stateOf(half, X, C, labels, before = labels) {
  const changed = labels.filter((j, i) => j !== before[i]).length;
  return { half, X, C, labels, objective: objectiveOf(X, C, labels), changed };
}

function begin(X, C) {
  return stateOf("start", X, C, X.map(() => -1));
}

function next({ half, X, C, labels }) {
  if (half !== "assign") return stateOf("assign", X, C, X.map((x) => nearest(x, C)), labels);
  const members = fillEmpty(X, C, labels);
  return stateOf("update", X, means(X, members, C.length), members, labels);
}

// Whether one more update and assignment would change no label.
function settled(states) {
  const [before, now] = states.slice(-2);
  if (now?.half !== "assign" || before.half !== "update") return false;
  const members = fillEmpty(now.X, now.C, now.labels);
  return members.every((j, i) => j === before.labels[i]);
}

function lloyd(states) {
  do states.push(next(states.at(-1)));
  while (!settled(states) && states.length < 999);
  return states;
}

// The share that rounding may make is ROUNDING of kmeans.core.
function isBetter(objective, best, rounding) {
  return objective < best * (1 - rounding);
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
  random.normal = () =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  random.choose = (n, k) => {
    const drawn = range(n).map((i) => [random(), i]);
    return drawn.sort(([a], [b]) => a - b).slice(0, k).map(([, i]) => i);
  };
  return random;
}

// ---- Where centroids can start.

// Adds samples one by one, by their squared distance to those already there.
function grow(X, k, random, draw) {
  const C = [X[random.below(X.length)]];
  while (C.length < k) {
    C.push(X[draw(X.map((x) => Math.min(...C.map((c) => square(x, c)))))]);
  }
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

  plusplus: (X, k, random) =>
    grow(X, k, random, (weights) => {
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

// ---- Data made here.

// Normal clouds around [x, y], n points in each unless the group has a number of its own.
function clouds(seed, n, spread, groups) {
  const random = generator(seed);
  return groups.flatMap(([x, y, own = n, far = spread]) =>
    range(own).map(() => [x + far * random.normal(), y + far * random.normal()]));
}

function uniform(seed, n) {
  const random = generator(seed);
  return range(n).map(() => [3 * random(), 2 * random()]);
}

// Two half circles of 75 points, the second upside down in the first one's opening.
function crescent(i) {
  const [t, down] = [(i * Math.PI) / 75, i >= 75];
  return [Math.cos(t) + down, Math.sin(t) + down / 2];
}

const BLOBS = [[2, 2], [7, 2.5], [3, 6], [8, 6.5]];
const UNEQUAL = [[3, 3, 140, 1.1], [6.5, 1.6], [6.5, 4.4]];
const PEAKED = [[-0.9, 0.4], [-0.6, 0.6], [-0.7, -0.5], [0.3, -0.3], [0.6, 0.5], [0.8, 0.2]];

// How many clusters to begin with, and the samples.
const DATA = {
  blobs: [4, () => clouds(3, 40, 0.8, BLOBS)],
  uniform: [3, () => uniform(1, 150)],
  moons: [2, () => clouds(5, 1, 0.06, range(150).map(crescent))],
  unequal: [3, () => clouds(2, 20, 0.25, UNEQUAL)],
  peaked: [6, () => clouds(4, 25, 0.05, PEAKED)],
};
