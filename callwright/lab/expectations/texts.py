"""Whether a text is the expected one, and how the expected one is put in a message. Pure."""

import re

import regex

from callwright.declarations.errors import InputError, quoted
from callwright.lab.expectations.shape import WORD, Matches, Text, Words

# A pattern that tries every way of taking a text apart would take years for a few sentences.
_LONGEST_MATCH = 1.0


class SlowPattern(InputError):
    """A pattern that cannot be judged: it takes more than a second on one text.

    Args:
        pattern: The expression.
    """

    def __init__(self, pattern: str) -> None:
        super().__init__(
            f"the pattern {quoted(pattern)} takes too long, more than {_LONGEST_MATCH:g} s a text",
            "write it so that there is one way to match, or use has: [WORD]",
        )
        self.pattern = pattern


def holds(expected: Text, got: str) -> bool:
    """Whether a text is as expected; how much space stands between words does not count.

    Raises:
        SlowPattern: It cannot be told in a second.
    """
    match expected:
        case str():
            return _spaced(expected) == _spaced(got)
        case Matches(matches=pattern):
            return _matches(pattern, _spaced(got))
        case Words(has=has, lacks=lacks):
            words = _words(got)
            return all(_words(one) in words for one in has) and not any(
                _words(one) in words for one in lacks
            )


def heard_as_expected(expected: Text, got: str | None) -> bool:
    """Whether the caller is heard to say what is expected; None where the bot spoke unasked.

    Raises:
        SlowPattern: It cannot be told in a second.
    """
    return expected == "" if got is None else holds(expected, got)


def _matches(pattern: str, text: str) -> bool:
    try:
        found = regex.fullmatch(pattern, text, regex.IGNORECASE, timeout=_LONGEST_MATCH)
    except TimeoutError:
        raise SlowPattern(pattern) from None
    return found is not None


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
    words = re.findall(WORD, text.casefold())
    return f" {' '.join(words)} "
