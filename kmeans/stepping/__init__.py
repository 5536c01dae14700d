"""A stepper that lives in the page: k-means in the reader's hand.

`stepper` returns an object that a notebook and the book show as a picture with
controls. Everything it needs is in its HTML: no server, no network, no
framework. Its arithmetic is that of `kmeans.lloyd`, half-step by half-step.
Where scripts are off, the picture of the samples and the start remains.

The HTML is ``template.html``, its style ``style.css``, and its script three
files: ``algorithm.js``, ``drawing.js`` and ``controls.js``.
"""

from kmeans.stepping.widget import Stepper, stepper

__all__ = ["Stepper", "stepper"]
