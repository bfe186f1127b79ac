"""The part of an e-mail address behind its sign, up to an ending that exists."""

from collections.abc import Sequence

from ..number_words import SMALL
from ..spoken import Token, folded
from .email_pieces import dropped, piece_at
from .email_words import AT, ENDINGS, SECOND_LEVEL, STOPS, TWO_WORD_HOSTS, sign_at


def digit_or_word(heard: Sequence[Token], right: int) -> bool:
    """Whether a host may begin with a digit or with its name: "at four seasons dot com"."""
    said = heard[right : right + 2]
    number = len(said) == 2 and (SMALL["en"] | SMALL["es"]).get(said[0].norm, 10) < 10
    return number and said[1].norm.isalpha()


def host_at(heard: Sequence[Token], start: int, language: str) -> tuple[str, int]:
    """Return a whole host that begins at `start` and its last token; empty for none."""
    host, last = host_from(heard, start, language) if start < len(heard) else ("", start)
    return (host, last) if host.rpartition(".")[2] in ENDINGS and "." in host else ("", start)


def host_from(heard: Sequence[Token], start: int, language: str) -> tuple[str, int]:
    """Return what stands behind the sign, up to an ending that exists."""
    text, index = "", start
    expects, ended = True, False
    while index < len(heard) and index - start < 14:
        if index > start and not ended and (aside := dropped(heard, index)):
            index += aside  # "acme tools all one word dot com"
            continue
        sign, used = sign_at(heard, index)
        if not sign and index > start and heard[index].gap.strip() in (".", "-"):
            sign = heard[index].gap.strip()
        if sign and sign in ".-":
            if ended and not _goes_on(heard, index + used, text):
                break
            text, index, expects, ended = text + sign, index + used, True, False
            if not used:
                text, index = _with_part(heard, index, text, language)
                expects, ended = False, text.rpartition(".")[2] in ENDINGS
            continue
        joins = heard[index].norm == "and" and "." not in text and _dotted(heard, index + 1)
        if ended or (
            not expects and not joins and ("." in text or heard[index].norm in STOPS | AT)
        ):
            break
        whole, behind = _with_part(heard, index, text, language)
        again = heard[index].broken and whole == 2 * text  # "at gmail, g mail dot com"
        text, index = text if again else whole, behind
        expects, ended = False, "." in text and text.rpartition(".")[2] in ENDINGS
    return _known(text.rstrip(".-")), index - 1


def _dotted(heard: Sequence[Token], index: int) -> bool:
    """Whether a name of a host with its ending begins at `index`: "reed and sons dot com"."""
    return any(sign_at(heard, at)[0] == "." for at in range(index + 1, min(index + 3, len(heard))))


def _with_part(heard: Sequence[Token], index: int, text: str, language: str) -> tuple[str, int]:
    two = " ".join(token.norm for token in heard[index : index + 2])
    three = " ".join(token.norm for token in heard[index : index + 3])
    for said, used in ((three, 3), (two, 2)):
        if said in TWO_WORD_HOSTS and index + used <= len(heard):
            return text + TWO_WORD_HOSTS[said], index + used
    piece, last = piece_at(heard, index, language, inside=bool(text))
    return text + piece, last + 1


def _goes_on(heard: Sequence[Token], index: int, text: str) -> bool:
    """Whether a country follows: "co dot uk", "punto com punto mx"."""
    if index >= len(heard):
        return False
    word = heard[index].norm
    return text.rpartition(".")[2] in SECOND_LEVEL and len(word) == 2 and word in ENDINGS


def _known(host: str) -> str:
    return folded(host)
