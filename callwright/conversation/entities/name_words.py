"""The words around names, and those that are none."""

from collections.abc import Sequence

from ..spoken import folded, table, word_set, words
from .given_names import GIVEN_NAMES
from .not_names import ENGLISH, SPANISH

_PLACES = "account file record card booking reservation policy order appointment system it"
CERTAIN = table(
    """
    my name is | my name's | my full name is | the name is | the name's | name is | name's | names
    my names | i am called | i'm called | my name would be | you can call me | name | full name
    mi apellido es | apellido es | a nombre de | mi nombre sería | el nombre es | está a nombre de
    name's gonna be | name is gonna be | name is going to be | name's going to be
    the name's gonna be | the name is gonna be | the name is going to be | my name's gonna be
    you're speaking with | you're speaking to | you are speaking to | everyone calls me
    everybody calls me | people call me | they call me | my friends call me | friends call me
    i go by
    you are speaking with | you're talking to | you are talking to | le habla | te habla
    habla usted con | first name | first name is | last name | last name is | last name's
    surname is | me llamo | mi nombre es | mi nombre completo es | mi name is
    mi nombre de pila es | name of
    first name's | surname's | surname | my surname is | given name is | family name is
    le llama | te llama | me dicen | me llaman | todos me llaman | todo el mundo me llama
    mis amigos me llaman | de nombre | de apellido | mi apellido | apellido | apellidos
    mis apellidos son | el apellido es | a nombre del señor | a nombre de la señora
    under the name of | under the name
    ponlo a nombre de | póngalo a nombre de | el titular es | la titular es
    """
    + "\n".join(
        f"name on {which} {place} is" for place in words(_PLACES) for which in ("the", "my")
    )
    + "\nname on file is | name on it is | name for the account is"
)
LABELS = frozenset(
    {"name", "names", "full name", "name of", "first name", "last name", "surname", "apellido"}
    | {"apellidos", "de nombre", "de apellido", "mi apellido"}
)
LIKELY = table(
    """
    this is | my first name is | habla con | i'm | i am | im | it's | it is | that's | its | soy
    habla | call me | aquí | under | i said | you spell it | de parte de | dije
    mine is | mine's
    that would be | that'd be | it would be | that'll be | that will be | it'll be | put down
    put me down as | put me down under
    put it under | put me under | it's under | it is under | should be under | would be under
    it'd be under | listed under | registered under | filed under | try under | look under
    booked under | it was under
    """
)
WEAK = frozenset(
    {
        "mine",
        "mine's",
        "it's",
        "it",
        "its",
        "that's",
        "call",
        "that",
        "that'd",
        "that'll",
        "it'll",
        "put",
        "aquí",
    }
    | {"dije"}
)
_WEAK_ENDINGS = frozenset({"under", "said"})


def is_weak(phrase: Sequence[str]) -> bool:
    """Whether an introduction is one only where a name was asked for: "it's", "i said"."""
    return phrase[0] in WEAK or phrase[-1] in _WEAK_ENDINGS or tuple(phrase[:2]) == ("you", "spell")


TITLES = word_set(
    "mr mrs ms miss mister missus dr doctor professor señor señora señorita sra sr sir "
    "sergeant captain officer reverend rev"
)
VOCATIVES = word_set(
    "mate sir madam ma'am buddy dude bro señor señora señorita caballero joven seño"
)
"""Whom the caller speaks to: "gareth pritchard, mate"."""
FOND = word_set("love dear pal honey darling amigo amiga")
"""The same, where a whole name stands before: they are surnames as well."""
PARTICLES = word_set("de la los del van von der den bin al el da di dos las y le du ten ter")
ENDS = word_set(
    "and or but from at with about calling call i i'm i'd i've im my me you your we our the a an "
    "to for of on in is was it it's its that that's this these here speaking because regarding "
    "concerning who what when where why how so then if as by not no yes yeah yep nope okay ok um "
    "uh er erm please thanks thank hello hi hey sorry actually wait oh again spelled spelt by "
    "number phone email account just also now today tomorrow again want need have has had would "
    "could can will do don't are am be been calling callin ah eh hmm hm mm well right correct "
    "name name's llamo porque por para con pero gracias sí si mi and there very all good right "
    "looking trying having wondering hoping returning following checking phoning ringing born nací "
    "nacido nacida en que se es está desde hace espere espera sino perdón perdona perdone digo "
    "disculpe disculpa"
) | {"perdon"}
_UNMARKED = frozenset(map(folded, SPANISH)) - GIVEN_NAMES - {"el", "mas", "esta"}
NOT_NAMES = ENDS | ENGLISH | SPANISH | _UNMARKED
FIRST_NAMES_TOO = word_set("will may bill guy")
LAST_NAMES_TOO = word_set(
    "long short day little love house street fine cash hand best way back place early bill new"
)
"""Everyday words that are names as well: the first before another name, the last behind one."""
NOT_VERBS = word_set(
    "king sterling irving browning fleming manning keating harding golding wing ping ming ling "
    "jing ding bing sing ying ring ting xing hastings ewing bowling dowling cushing banning "
    "downing reding strong harding"
)
