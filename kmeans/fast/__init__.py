"""The fast path: what `kmeans.core` does, at the speed of compiled code.

`certificate` says which labels float32 can decide; the others are compared
exactly, so that no label is changed by speed. `samples` prepares the samples,
`lloyd` runs the algorithm on them, `once` answers single questions, and
`threads` shares the work out. Results are added in the order of the samples:
they do not depend on the number of threads.
"""

from kmeans.fast.lloyd import fast_lloyd
from kmeans.fast.once import fast_assign, fast_distances, fast_inertia
from kmeans.fast.samples import Samples
from kmeans.fast.threads import one_blas_thread, workers

__all__ = [
    "Samples",
    "fast_assign",
    "fast_distances",
    "fast_inertia",
    "fast_lloyd",
    "one_blas_thread",
    "workers",
]
