"""The stepper's Python side: what it takes, and the page that it makes."""

import gzip
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import kmeans
from kmeans import core, datasets, stepping, style
from kmeans.stepping.widget import MOST_CLUSTERS, NAMES, stepper

FILES = Path(stepping.__file__).parent


def test_html_is_repeatable_and_alone():
    html = stepper()._repr_html_()
    assert html == stepper()._repr_html_()
    assert "http" not in html.replace("http://www.w3.org", "")
    assert "$" not in re.sub(r"<script>.*</script>", "", html, flags=re.S)
    assert " id=" not in html  # two on one page would share it


def test_what_a_stepper_adds_to_a_page_is_small():
    # 15,600 bytes as a server sends it, of which the script is 11,400. For
    # comparison: the whole first chapter, without one, is 20,000.
    html = stepper()._repr_html_().encode()
    assert len(gzip.compress(html)) <= 18_000


def test_script_and_style_can_be_read():
    for path in FILES.glob("*.[hcj]*"):
        lines = path.read_text("utf-8").splitlines()
        assert max(map(len, lines)) <= 100, path.name


def test_functions_of_the_script_are_short():
    for path in FILES.glob("*.js"):
        script = path.read_text("utf-8")
        # From a line that opens a block, outside of any class, to the line
        # that closes it with the same indentation.
        bodies = re.findall(
            r"^( *)(?!class )\S[^\n]*\{\n(.*?)^\1\}", script, re.M | re.S
        )
        assert bodies
        assert max(body.count("\n") for _, body in bodies) <= 25, path.name


def test_what_the_script_must_not_disagree_on_comes_from_the_package():
    html = stepper()._repr_html_()
    assert f'"rounding":{core.ROUNDING}' in html
    assert f'max="{MOST_CLUSTERS}"' in html
    assert "1e-12" not in "".join(
        path.read_text("utf-8") for path in FILES.glob("*.js")
    )


@pytest.mark.parametrize("package", [kmeans, stepping])
def test_no_module_is_hidden_by_a_function_of_its_name(package):
    for module in pkgutil.iter_modules(package.__path__):
        whole = f"{package.__name__}.{module.name}"
        assert import_module(whole) is getattr(package, module.name)


def test_every_centroid_has_a_name_of_its_shape():
    assert len(set(NAMES)) == MOST_CLUSTERS
    shapes = {
        **{"o": "circle", "s": "square", "D": "diamond", "P": "plus"},
        **{"^": "triangle", "v": "triangle", "<": "triangle"},
        **{"X": "cross", "*": "star", "p": "pentagon"},
    }
    for j, name in enumerate(NAMES):
        assert name.split()[-1] == shapes[style.marker(j)]


def test_text_names_are_escaped():
    html = stepper(
        title="<b>'A' & B</b>", data_name="<i>", alt='"', axes=("<", "'")
    )._repr_html_()
    assert "<b>" not in html
    assert "<i>" not in html
    assert 'aria-label="&quot;"' in html
    assert "&lt;b&gt;&#x27;A&#x27; &amp; B&lt;/b&gt;" in html


def test_data_are_rounded_as_the_page_has_them():
    X = np.array([[0.123456789, 1000.0], [1 / 3, -2000.0], [1, 2]])
    shown = stepper(X, 2, seed=3)
    assert shown.X.tolist() == [[0.1, 1000.0], [0.3, -2000.0], [1, 2]]
    assert all(c in shown.X.tolist() for c in shown.centroids.tolist())
    assert len(stepper(np.zeros((3, 2)), 1)._repr_html_()) > 10_000


def test_default_is_the_delivery_problem():
    shown = stepper()
    assert np.array_equal(shown.X, datasets.deliveries().X)
    assert np.array_equal(shown.centroids, datasets.deliveries().start)
    assert shown.axes == datasets.deliveries().feature_names
    assert len(stepper(n_clusters=5).centroids) == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"X": np.zeros((5, 3))}, "X must have 2 features"),
        ({"X": np.zeros((501, 2))}, "at most 500 samples"),
        ({"n_clusters": 11}, "n_clusters must be at most 10, got 11"),
        ({"n_clusters": 0}, "n_clusters must be at least 1"),
        ({"X": [[0, 0]], "n_clusters": 2}, "at most the number of samples"),
        ({"centroids": [[0, 0, 0]]}, "centroids must have one column"),
        ({"n_clusters": 2, "centroids": [[0, 0]]}, "n_clusters=2"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"show": ("cells", "dots")}, r"show .* got \['dots'\]"),
        ({"challenge": "win"}, "challenge must be one of .* got 'win'"),
        ({"axes": ("x",)}, "axes must be two names"),
    ],
)
def test_errors_name_the_argument(arguments, message):
    with pytest.raises(ValueError, match=message):
        stepper(**arguments)
