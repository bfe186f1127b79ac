"""Whether a text is the expected one, and how the expected one is put in a message. Pure."""

import re

from callwright.lab.expectations.shape import Matches, Text, Words


def holds(expected: Text, got: str) -> bool:
    """Whether a text is as expected; how much space stands between words does not count."""
    match expected:
        case str():
            return _spaced(expected) == _spaced(got)
        case Matches(matches=pattern):
            return re.fullmatch(pattern, _spaced(got), re.IGNORECASE) is not None
        case Words(has=has, lacks=lacks):
            words = _words(got)
            return all(_words(one) in words for one in has) and not any(
                _words(one) in words for one in lacks
            )


def told(expected: Text, got: str | None = None) -> str:
    """The expected text in words; with `got`, of several words only those that are wrong."""
    match expected:
        case str():
            return expected
        case Matches(matches=pattern):
            return f"like /{pattern}/"
        case Words(has=has, lacks=lacks):
            words = _words(got) if got is not None else None
            missing = [one for one in has if words is None or _words(one) not in words]
            wrong = [one for one in lacks if words is None or _words(one) in words]
            parts = [f"with {one!r}" for one in missing] + [f"without {one!r}" for one in wrong]
            return ", ".join(parts)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _words(text: str) -> str:
    """The words alone, lower case, with a space on either side."""
    words = re.findall(r"[\w•]+", text.casefold())
    return f" {' '.join(words)} "
