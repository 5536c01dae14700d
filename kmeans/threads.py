"""Threads for large work, and BLAS held to one thread meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from threading import Lock

from threadpoolctl import ThreadpoolController

# Less work than this (samples times clusters times features) is done before
# threads have started.
_WORK_FOR_THREADS = 2**22
# And less than this before a setting of BLAS is looked up.
_WORK_FOR_BLAS = 2**17


@contextmanager
def workers(work, alone=False):
    """Give a `map` that is worth its threads for so much work.

    As many threads take part as BLAS may use, or only the one that is
    `alone`, and BLAS uses one in each until the work is done. Who is called
    while that is so works alone.
    """
    if work < _WORK_FOR_BLAS:
        yield map
        return
    with one_blas_thread() as n_threads:
        if alone or n_threads == 1 or work < _WORK_FOR_THREADS:
            yield map
        else:
            with ThreadPoolExecutor(n_threads - 1) as pool:
                yield partial(_shared_map, pool, n_threads)


def _shared_map(pool, n_threads, function, parts):
    """Apply a function to parts, each taken by the thread that is free.

    A task of its own for every part would cost more than small parts do.
    """
    parts = list(parts)
    results = [None] * len(parts)
    numbers = iter(range(len(parts)))

    def work():
        for i in numbers:
            results[i] = function(parts[i])

    others = [pool.submit(work) for _ in range(n_threads - 1)]
    work()
    for other in others:
        other.result()
    return results


class _BlasLimit:
    """Who needs BLAS held to one thread, and the limit that does it."""

    lock, users, limit = Lock(), 0, None


@contextmanager
def one_blas_thread():
    """Hold BLAS to one thread, and say how many it was set to use.

    That is a setting of the whole process. Of several users at a time, the
    first sets it and the last sets it back.
    """
    blas = _thread_pools()
    with _BlasLimit.lock:
        n_threads = min((p["num_threads"] for p in blas.info()), default=1)
        if not _BlasLimit.users:
            _BlasLimit.limit = blas.limit(limits=1)
        _BlasLimit.users += 1
    try:
        yield n_threads
    finally:
        with _BlasLimit.lock:
            _BlasLimit.users -= 1
            if not _BlasLimit.users:
                _BlasLimit.limit.restore_original_limits()


@cache
def _thread_pools():
    return ThreadpoolController().select(user_api="blas")
