"""E-mail addresses, dictated: "john dot smith at gmail dot com", "m as in mary", "guion bajo"."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from rapidfuzz import fuzz

from ..misheard import parted_tokens
from ..number_words import of_language
from ..repairs import repaired_between, repairs
from ..spelled_words import without
from ..spelling import spelled_letter
from ..spoken import Token, folded, tokens
from .base import Candidate, EntityBase, Hearing, in_words
from .email_host import host_at
from .email_reading import Address, address_around, is_sign
from .email_words import AT, ENDINGS, HOSTS, SIGNS, STOPS, signs_apart, without_remarks


class Email(EntityBase):
    """An e-mail address, lower case, accents folded: ``john.smith@gmail.com``."""

    type: Literal["email"]

    def model_post_init(self, context: Any) -> None:
        """Load what checking takes."""
        _checker()

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read whole addresses anywhere; a correction may replace the part behind the "at"."""
        language = of_language(context.language)
        words = without_remarks(words)
        # A written address is not taken apart: sue@twentyone.com.
        heard = signs_apart(tokens(words) if "@" in words else parted_tokens(words, language))
        found: list[Address] = []
        written = any("@" in token.gap for token in heard)
        for index, token in enumerate(heard):
            if not ("@" in token.gap if written else is_sign(heard, index)):
                continue
            one = address_around(heard, index, language)
            if one is None:
                continue
            mends = found and repaired_between(heard, found[-1].last + 1, index)
            if found and mends and not one.local:
                found = [Address(found[-1].local, one.host, found[-1].first, one.last)]
                continue
            if not one.local and one.host.rpartition(".")[2] not in ENDINGS:
                continue
            if found and one.first <= found[-1].last:
                # Two signs in one address: nobody can tell which of them it is.
                found[-1] = Address("", "", found[-1].first, one.last)
                continue
            found = [*found[: -1 if mends else None], one]
        if len(found) == 1:
            found = [_told_anew(heard, _other_host(heard, found[0], language), language)]
        return [self._candidate(heard, one) for one in found if one.local and one.host] or (
            self._broken(heard, found) if context.asked else []
        )

    def _candidate(self, heard: Sequence[Token], one: "Address") -> Candidate:
        value = f"{one.local}@{one.host}"
        first = one.first
        while first and heard[first - 1].norm in STOPS and one.first - first < 6:
            first -= 1
        sure = 0.9 if self.problem(value) is None else 0.5
        return Candidate(value, heard[first].start, heard[one.last].end, sure, True)

    def _broken(self, heard: Sequence[Token], found: list["Address"]) -> list[Candidate]:
        if not found:
            return []
        one = found[-1]
        value = f"{one.local}@{one.host}"
        return [Candidate(value, heard[one.first].start, heard[one.last].end, 0.4)]

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say what is missing of the address."""
        local, _, host = value.partition("@")
        if not local:
            return in_words(
                context,
                "I did not get the part before the at",
                "no entendí lo de antes de la arroba",
            )
        name, dot, ending = host.rpartition(".")
        if not dot or not name:
            return in_words(
                context, "I did not get the end of the address", "no entendí el final del correo"
            )
        provider = name.split(".")[-1]
        if ending not in ENDINGS or (provider not in HOSTS and _misheard(provider)):
            return in_words(
                context,
                "I did not get the part behind the at",
                "no entendí lo de después de la arroba",
            )
        if not _checker()(value):
            return in_words(
                context, "that is not an e-mail address", "eso no es un correo electrónico"
            )
        return None

    def unfinished(self, words: str, context: Hearing) -> bool:
        """Parts of an address, and no whole one."""
        found = self.hear(words, context)
        if any(self.problem(one.value) is None for one in found):
            return False
        heard = tokens(words)
        ends = heard[-1].norm if heard else ""
        signs = any(token.norm in SIGNS or token.norm in AT for token in heard)
        return signs or len(ends) == 1 or ends.isdecimal()

    def say(self, value: str, language: str = "en") -> str:
        """Say the signs as words: ``john dot smith at gmail dot com``.

        Words that would be heard as something else are spelled: ``O, N, E, at gmail dot com``.
        """
        said = _said(value, language)
        local, at, host = value.partition("@")
        if not at or self._is_heard(said, value, language):
            return said
        behind = _said(f"@{host}", language)
        words = [part for part in _PARTS.findall(local) if part.isalpha()]
        unclear = [
            word
            for word in words
            if not self._is_heard(f"{word} {behind}", f"{word}@{host}", language)
        ]
        for spelled in (unclear, words):
            parts = [
                _spelled(part, local, language) if part in spelled else _said(part, language)
                for part in _PARTS.findall(local)
            ]
            if self._is_heard(clear := f"{' '.join(parts)} {behind}", value, language):
                return clear
        return said

    def _is_heard(self, said: str, value: str, language: str) -> bool:
        found = self.hear(said, Hearing(date.min, language=language))
        return [one.value for one in found] == [value]

    def spell(self, value: str, language: str = "en") -> str:
        """Spell the part before the at; the rest is said."""
        local, _, host = value.partition("@")
        return f"{_spelled(local, local, language)} {_said(f'@{host}', language)}"


def _other_host(heard: Sequence[Token], one: Address, language: str) -> Address:
    """Apply a host said anew: "… at yahoo, no, gmail dot com"."""
    for start, end in repairs(heard):
        if start - one.last not in (1, 2):
            continue
        while end < len(heard) and heard[end].norm in ("it's", "at", "es", "arroba", "with", "con"):
            end += 1
        host, last = host_at(heard, end, language)
        if host:
            return Address(one.local, host, one.first, last)
    return one


def _told_anew(heard: Sequence[Token], one: Address, language: str) -> Address:
    """Apply what is told of a word afterwards: "john at acme dot org, john without an h"."""
    for index in range(one.last + 1, len(heard) - 1):
        word = folded(heard[index].norm)
        if len(word) < 3 or word not in one.local:
            continue
        changed, used = without(heard, index + 1, word, language)
        if used:
            local = one.local.replace(word, folded(changed), 1)
            return Address(local, one.host, one.first, index + used)
    return one


def _misheard(provider: str) -> bool:
    """Whether a host is almost a well-known one: then the recogniser may have got it wrong."""
    return any(
        abs(len(provider) - len(known)) < 3 and fuzz.ratio(provider, known) >= 75
        for known in ("gmail", "hotmail", "yahoo", "outlook", "icloud", "protonmail")
    )


@lru_cache(maxsize=1)
def _checker() -> Any:
    from email_validator import EmailNotValidError, validate_email

    def good(value: str) -> bool:
        try:
            validate_email(value, check_deliverability=False)
        except EmailNotValidError:
            return False
        return True

    return good


def _spelled(word: str, others: str, language: str) -> str:
    parts = (_sign_name(char, language) or spelled_letter(char, others, language) for char in word)
    return "".join(f"{part}, " for part in parts).rstrip()


def _sign_name(char: str, language: str) -> str:
    english = {".": "dot", "_": "underscore", "-": "dash", "+": "plus", "@": "at"}
    spanish = {".": "punto", "_": "guion bajo", "-": "guion", "+": "más", "@": "arroba"}
    return (spanish if language == "es" else english).get(char, "")


_PARTS = re.compile(r"[._+@-]|\d|[^\d._+@-]+")


def _said(value: str, language: str) -> str:
    return " ".join(_sign_name(part, language) or part for part in _PARTS.findall(value))
