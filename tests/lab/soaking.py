"""Variations of what a test shows: some in every run, the rest of them in `make soak`."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def usually(cases: Iterable[Any], usual: Callable[[Any], bool]) -> list[Any]:
    """All cases for `parametrize`; those that are not usual are run by `make soak`."""
    return [case if usual(case) else _in_soak(case) for case in cases]


def _in_soak(case: Any) -> Any:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=pytest.mark.soak)
