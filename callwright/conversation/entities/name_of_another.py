"""The name of somebody else, where a name was asked for: "the patient is my mother …"."""

from collections.abc import Sequence

from ..spoken import FILLERS, Token, longest_phrase, table, word_set
from .name_words import VOCATIVES

_SUBJECTS = table(
    """
    the patient is | patient is | the patient's name is | patient's name is | the patient would be
    the guest is | the passenger is | the caller is | the appointment is for | it's for | it is for
    this is for | for | it's | it is | that's | es | soy | the policy holder is
    the policyholder is | the account holder is | the card holder is | the cardholder is
    the insured is | the driver is | the tenant is | the customer is | el asegurado es
    la asegurada es | el conductor es | la conductora es | el cliente es | la clienta es
    el paciente es | la paciente es | el paciente se llama
    la paciente se llama | la cita es para | es para | para | el pasajero es | la pasajera es
    """
)
"""What leads to the name of somebody else, where a name was asked for: "the patient is"."""
_NEED_KIN = frozenset({"for", "para"})
_SAYS_WHO = frozenset({("it's",), ("it", "is"), ("that's",), ("es",), ("soy",)})
_KIN = word_set(
    "mother father mom mum dad son daughter wife husband brother sister partner fiancé fiancée "
    "grandmother grandfather grandma grandpa nephew niece uncle aunt friend boss colleague kid "
    "child baby hijo hija madre padre mamá papá mama papa esposo esposa marido mujer hermano "
    "hermana abuelo abuela sobrino sobrina tío tía amigo amiga novio novia nieto nieta suegra "
    "suegro"
)
_OWN = word_set("my our mi nuestro nuestra")
BEFORE_NAME = (
    FILLERS
    | VOCATIVES
    | word_set(
        "yes sure no it is sí si claro vale solo sólo only perdón perdon perdona perdone disculpe "
        "disculpa es thing absolutely certainly course of problem worries"
    )
)
"""Words that may stand before a bare name."""


def own_kin(heard: Sequence[Token], at: int) -> bool:
    """Whether "my mother" stands at `at`."""
    return at + 1 < len(heard) and heard[at].norm in _OWN and heard[at + 1].norm in _KIN


def of_another(heard: Sequence[Token], index: int) -> int:
    """Return where the name begins in "the patient is my mother dorothy simmons"; 0 for none."""
    phrase = longest_phrase(heard, index, _SUBJECTS)
    before = heard[index - 1].norm if index else ""
    if phrase is None or (phrase[0] in _NEED_KIN and before and before not in BEFORE_NAME):
        return 0
    at = index + len(phrase)
    own = own_kin(heard, at)
    if not own and (phrase[-1] in _NEED_KIN or phrase in _SAYS_WHO):
        return 0
    return at + 2 * own


def behind_role(heard: Sequence[Token], start: int) -> int:
    """Return the tokens of "the owner," in "i'm the owner, dale hopkins"; 0 for none."""
    if start >= len(heard) or heard[start].norm not in ("the", "el", "la", "his", "her", "su"):
        return 0
    for at in range(start + 2, min(start + 4, len(heard))):
        if heard[at].gap.strip() == ",":
            return at - start
    return 0
