"""Which kernels `make portable` compares, and how it forces them."""

import platform

import pytest

from tools import portable
from tools.portable import KERNELS, Arithmetic, plan, probe


def test_every_kernel_is_run_once_and_numpy_without_wide_registers():
    runs = plan(["A", "B", "C", "D"], [])
    assert [str(run) for run in runs] == [
        "A, 1 thread",
        "B, 2 threads",
        "C, 4 threads",
        "D, 1 thread",
        "A, 2 threads, NumPy without wide registers",
    ]


def test_every_number_of_threads_can_be_asked_for():
    runs = plan(["A", "B"], [1, 2, 4])
    assert len(runs) == 7
    assert Arithmetic("B", 4) in runs
    assert plan([], []) == []


def test_an_arithmetic_is_chosen_by_the_environment(monkeypatch):
    monkeypatch.setenv("PATH", "kept")
    environment = Arithmetic("Haswell", 4).environment(["AVX"])
    assert environment["OPENBLAS_CORETYPE"] == "Haswell"
    assert environment["OPENBLAS_NUM_THREADS"] == "4"
    assert environment["OMP_NUM_THREADS"] == "4"
    assert environment["PATH"] == "kept"
    assert "NPY_DISABLE_CPU_FEATURES" not in environment
    narrow = Arithmetic("Haswell", 4, wide=False).environment(["AVX", "FMA"])
    assert narrow["NPY_DISABLE_CPU_FEATURES"] == "AVX FMA"


def test_a_kernel_that_cannot_be_had_is_skipped_with_the_reason():
    features, reason = probe("no such kernel")
    assert features is None
    assert reason.startswith("OpenBLAS runs ")


def test_the_oldest_kernel_runs_everywhere():
    kernels = KERNELS.get(platform.machine())
    if kernels is None or platform.system() != "Linux":
        pytest.skip("kernels can be chosen on Linux, on x86_64 and aarch64")
    features, reason = probe(kernels[0])
    assert reason == ""
    assert isinstance(features, list)


def test_a_difference_under_one_arithmetic_fails(monkeypatch, capsys):
    monkeypatch.setattr(portable, "probe", lambda kernel: ([], ""))
    monkeypatch.setattr(portable.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr("sys.argv", ["portable"])
    monkeypatch.setattr(portable, "compare", lambda run, *_: run.threads < 4)
    assert portable.main() == 1
    said = capsys.readouterr().out
    assert "DIFFERS Haswell, 4 threads" in said
    assert "equal   Zen, 1 thread" in said
    monkeypatch.setattr(portable, "compare", lambda *_: True)
    assert portable.main() == 0


def test_a_machine_without_a_choice_says_so(monkeypatch, capsys):
    monkeypatch.setattr(portable.platform, "machine", lambda: "abacus")
    monkeypatch.setattr("sys.argv", ["portable"])
    assert portable.main() == 0
    assert "No kernel can be chosen" in capsys.readouterr().out
