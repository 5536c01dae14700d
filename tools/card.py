"""Draw _static/card.png, the picture that a link to the book shows.

Run it as ``python -m tools.card`` after a change of title or colors.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import kmeans
from kmeans import plots, style

style.use()
rng = np.random.default_rng(6)
X = rng.normal(size=(220, 2)) * [3.2, 1.5]
model = kmeans.KMeans(5, n_init=10, random_state=0).fit(X)
order = kmeans.canonical_order(model.cluster_centers_)
centroids = model.cluster_centers_[order]
# 1200 x 630 pixels, the size that previews are made for.
figure = plt.figure(figsize=(12, 6.3), layout="none")
ax = figure.add_axes((0, 0, 1, 0.8))
plots.clusters(X, kmeans.assign(X, centroids), centroids, ax=ax)
ax.set(xlim=(-7.5, 7.5), ylim=(-3.2, 3.1))
# The cells fill the axes as they are now.
plots.voronoi(centroids, ax=ax, fill=True)
ax.set_axis_off()
figure.text(0.04, 0.87, "K-means from the ground up", size=44, weight="bold")
here = Path(__file__).resolve().parents[1]
figure.savefig(here / "_static/card.png", dpi=100)
