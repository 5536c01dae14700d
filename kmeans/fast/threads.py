"""Threads for large work, and BLAS held to one thread meanwhile."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from math import inf
from threading import Lock

import joblib
from threadpoolctl import ThreadpoolController

# Work (samples times clusters times features) that is done before threads
# have started, and work that is done before a setting of BLAS is looked up.
WORK_FOR_THREADS = 2**22
WORK_FOR_BLAS = 2**17


@contextmanager
def workers(work):
    """Give a function that maps to a list, by threads if they are worth it.

    As many threads take part as there are processors to use and as BLAS may
    use, and BLAS uses one in each until the work is done. Who is called
    while that is so works alone.
    """
    if work < WORK_FOR_BLAS:
        yield in_a_row
        return
    with one_blas_thread() as allowed:
        n_threads = 1
        if work >= WORK_FOR_THREADS:
            n_threads = min(joblib.cpu_count(), allowed)
        if n_threads == 1:
            yield in_a_row
        else:
            with ThreadPoolExecutor(n_threads - 1) as pool:
                yield partial(_shared_map, pool, n_threads)


def in_a_row(function, parts):
    """Apply a function to parts, one after the other."""
    return [function(part) for part in parts]


def _shared_map(pool, n_threads, function, parts):
    """Apply a function to parts, each taken by the thread that is free.

    A task of its own for every part would cost more than small parts do.
    """
    parts = list(parts)
    results = [None] * len(parts)
    numbers, lock = iter(range(len(parts))), Lock()

    def take():
        with lock:
            return next(numbers, None)

    def work():
        for i in iter(take, None):
            results[i] = function(parts[i])

    others = [pool.submit(work) for _ in range(n_threads - 1)]
    work()
    for other in others:
        other.result()
    return results


class _BlasLimit:
    """Who needs BLAS held to one thread, and the limit that does it."""

    lock, users, limit = Lock(), 0, None


def lift_limit():
    """Free the child of a fork, where nobody is left to do it."""
    _BlasLimit.lock = Lock()
    if _BlasLimit.users:
        _BlasLimit.users = 0
        _BlasLimit.limit.restore_original_limits()


# Windows has neither forks nor this function.
getattr(os, "register_at_fork", dict)(after_in_child=lift_limit)


@contextmanager
def one_blas_thread():
    """Hold BLAS to one thread, and say how many it was set to use.

    That is a setting of the whole process. Of several users at a time, the
    first sets it and the last sets it back.
    """
    blas = _thread_pools()
    with _BlasLimit.lock:
        # A BLAS that cannot be asked, such as Apple's, sets no limit.
        allowed = min((p["num_threads"] for p in blas.info()), default=inf)
        if not _BlasLimit.users:
            _BlasLimit.limit = blas.limit(limits=1)
        _BlasLimit.users += 1
    try:
        yield allowed
    finally:
        with _BlasLimit.lock:
            # After a fork, the child has none.
            _BlasLimit.users = max(0, _BlasLimit.users - 1)
            if not _BlasLimit.users:
                _BlasLimit.limit.restore_original_limits()


@cache
def _thread_pools():
    return ThreadpoolController().select(user_api="blas")
