"""The picture that a stepper is where scripts are off."""

import math
from html import escape

import numpy as np

# CSS pixels around the plot, also for the script, which lays the picture out
# in the same way for the width that it finds.
MARGINS = {"left": 52, "right": 10, "top": 10, "bottom": 46}
_WIDTH = 440
_LEFT, _TOP = MARGINS["left"], MARGINS["top"]
# The right and the lower end of the axes.
_RIGHT = _WIDTH - MARGINS["right"]
_LOW = _TOP + round(0.62 * _WIDTH)


def shape(style, cluster):
    """Give an SVG path of a cluster's mark, about one pixel wide."""
    from matplotlib.markers import MarkerStyle

    marker = MarkerStyle(style.marker(cluster))
    path = marker.get_path().transformed(marker.get_transform())
    size = math.sqrt(style.area(cluster))
    parts = []
    for vertices, code in path.iter_segments(curves=True, simplify=False):
        numbers = np.round(vertices.reshape(-1, 2) * (size, -size), 3) + 0.0
        points = " ".join(f"{v:g}" for v in numbers.ravel())
        parts.append({1: "M", 2: "L", 4: "C"}.get(code, "Z"))
        if code != path.CLOSEPOLY:
            parts[-1] += points
    return "".join(parts)


def parts(stepper, shapes, colors):
    """Draw the picture: its parts and its size."""
    X, centroids = stepper.X, stepper.centroids
    low, high, scale = _window(np.vstack([X, centroids]))

    def place(points):
        x, y = (points - (low[0], high[1])).T * scale
        return np.column_stack([_LEFT + x, _TOP - y]).tolist()

    radius = 0.53 * math.sqrt(np.clip(4500 / len(X), 8, 48))
    samples = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
        for x, y in place(X)
    ]
    starts = [
        f'<path d="{shape}" color="{color}" '
        f'transform="translate({x:.1f} {y:.1f}) scale(16)"/>'
        for shape, color, (x, y) in zip(
            shapes, colors, place(centroids), strict=False
        )
    ]
    return {
        "width": _WIDTH,
        "height": _LOW + MARGINS["bottom"],
        "lines": "".join(_axes(low, high, scale, stepper.axes)),
        "samples": "".join(samples),
        "centroids": "".join(starts),
    }


def _window(points):
    """Fit everything into the plot, with one scale: its ends and the scale."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high > low, 1.14 * (high - low), 1.0)
    size = np.array([_RIGHT - _LEFT, _LOW - _TOP])
    scale = (size / span).min()
    return *((low + high + sign * size / scale) / 2 for sign in (-1, 1)), scale


def _axes(low, high, scale, names):
    """Yield lines and numbers of both axes, and their names."""
    for value in _ticks(low[0], high[0], _WIDTH / 60):
        x = _LEFT + (value - low[0]) * scale
        yield (
            f'<path d="M{x:.1f} {_TOP}V{_LOW}"/>'
            f'<text x="{x:.1f}" y="{_LOW + 18}">{_number(value)}</text>'
        )
    for value in _ticks(low[1], high[1], (_LOW - _TOP) / 45):
        y = _TOP + (high[1] - value) * scale
        yield (
            f'<path d="M{_LEFT} {y:.1f}H{_RIGHT}"/><text class="ks-y" '
            f'x="{_LEFT - 7}" y="{y + 4.5:.1f}">{_number(value)}</text>'
        )
    middle = (_LEFT + _RIGHT) / 2, (_TOP + _LOW) / 2
    turned = f"translate(14 {middle[1]:g}) rotate(-90)"
    yield (
        f'<path class="ks-axis" d="M{_LEFT} {_TOP}V{_LOW}H{_RIGHT}"/>'
        f'<text class="ks-name" x="{middle[0]:g}" y="{_LOW + 40}">'
        f"{escape(names[0])}</text>"
        f'<text class="ks-name" transform="{turned}">{escape(names[1])}</text>'
    )


def _ticks(low, high, most):
    """Choose multiples of 1, 2 or 5 times a power of ten, about `most`."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(m for m in (1, 2, 5, 10) if m * power >= rough)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


def _number(value):
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")
