"""What the package of diagnostics offers as a whole."""

import pkgutil
from importlib import import_module

from kmeans import diagnostics


def test_no_module_is_hidden_by_a_function_of_its_name():
    for module in pkgutil.iter_modules(diagnostics.__path__):
        whole = f"kmeans.diagnostics.{module.name}"
        assert getattr(diagnostics, module.name) is import_module(whole)
