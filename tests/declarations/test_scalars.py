"""Plain YAML words mean what they show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.declarations.scalars import plain


@pytest.mark.parametrize(
    "word",
    ["yes", "no", "on", "off", "y", "True", "TRUE", "Null", "12:30", "1:30:00", "2026-11-24",
     "0412", "-007", "0x1F", "0o17", "1_000", "+14155550132", ".5", "5.", ".inf", ".nan", "1e999",
     "9" * 30, "<<", "="],
)  # fmt: skip
def test_traps_stay_text(word: str) -> None:
    assert plain(word) == word
    assert isinstance(plain(word), str)


@pytest.mark.parametrize(
    ("word", "value"),
    [("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("0", 0),
     ("-12", -12), ("1.5", 1.5), ("2e3", 2000.0), ("-0.25", -0.25)],
)  # fmt: skip
def test_values(word: str, value: object) -> None:
    assert plain(word) == value
    assert type(plain(word)) is type(value)


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_whole_numbers_come_back(number: int) -> None:
    assert plain(str(number)) == number


@given(st.text(max_size=60))
def test_everything_else_is_itself(word: str) -> None:
    value = plain(word)
    assert not isinstance(value, str) or value == word
