"""Voice agents that are declared in YAML and keep their promises by code."""

import os

# Before anything loads numpy. The matrices of a call are small: more threads of OpenBLAS only keep
# another core hot while they wait for work, and sums that are split otherwise round otherwise.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
