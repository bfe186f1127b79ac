"""What one call after another does to a process: nothing that stays."""

import gc
import itertools

_calls = itertools.count()


def give_back() -> None:
    """Give back what earlier calls of this process left behind; called before each one.

    A pipeline is full of cycles, and each of them holds megabytes of sound that the collector does
    not count: left to itself, it lets hundreds of calls pile up. What is there before the second
    call is mostly libraries; it is set aside, so that it is not searched again before every call.
    """
    before = next(_calls)
    if before:
        gc.collect()
    if before == 1:
        gc.freeze()
