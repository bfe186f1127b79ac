"""Names of people, from introductions and bare answers, in any letter case."""

from collections.abc import Sequence
from typing import Literal

from rapidfuzz import fuzz

from ..repairs import repairs
from ..spelled_words import respelled, unspelled
from ..spoken import FILLERS, Token, folded, longest_phrase, table, tokens, word_set
from .base import Candidate, EntityBase, Hearing, in_words
from .given_names import GIVEN_NAMES

_CERTAIN = table(
    """
    my name is | my name's | my full name is | the name is | the name's | name is | name's | names
    my names | i am called | i'm called | my name would be | you can call me | name | full name
    a nombre de | mi nombre sería | el nombre es | está a nombre de | you're speaking with
    you are speaking with | you're talking to | you are talking to | le habla | te habla
    habla usted con | first name | first name is | last name | last name is | last name's
    surname is | me llamo | mi nombre es | mi nombre completo es | mi name is | name of
    """
)
_LABELS = frozenset({"name", "names", "full name", "name of", "first name", "last name"})
_LIKELY = table(
    """
    this is | my first name is | habla con | i'm | i am | im | it's | it is | that's | its | soy
    habla | call me
    that would be | that'd be | it would be
    """
)
_WEAK = frozenset({"it's", "it", "its", "that's", "call", "that", "that'd"})
_TITLES = word_set("mr mrs ms miss mister missus dr doctor professor señor señora sir")
_PARTICLES = word_set("de la los del van von der den bin al el da di dos las y le du ten ter")
_ENDS = word_set(
    "and or but from at with about calling call i i'm i'd i've im my me you your we our the a an "
    "to for of on in is was it it's its that that's this these here speaking because regarding "
    "concerning who what when where why how so then if as by not no yes yeah yep nope okay ok um "
    "uh er erm please thanks thank hello hi hey sorry actually wait oh again spelled spelt by "
    "number phone email account just also now today tomorrow again want need have has had would "
    "could can will do don't are am be been calling callin ah eh hmm hm mm well right correct "
    "name name's llamo porque por para con pero gracias sí si mi and there very all good right "
    "looking trying having wondering hoping returning following checking phoning ringing"
)
_NOT_NAMES = _ENDS | word_set(
    "ignore instructions verified prefer rather someone's anonymous private secret doctor nurse "
    "no quiero necesito tengo puedo puede quisiera estoy está es son hola buenos buenas cita "
    "ayuda decirlo decir nada nadie qué que cómo cuándo dónde quién cuál sé un una el mi su "
    "hablar persona humano bien mal aquí ahora luego mañana hoy ayer gracias claro vale perdón "
    "momento problema pregunta factura cuenta número teléfono ninguno tampoco también muy más "
    "menos whichever comment importa cualquier día dia mucho usted eso creo siempre starts ends "
    "begins gmail hotmail file same usual depends course spelled letter comment whatever whoever "
    "otra otro fifteen twenty thirty forty fifty sixty seventy eighty ninety eleven twelve cero "
    "uno dos tres cuatro cinco seis siete ocho nueve diez veinte treinta noche tarde lunes martes "
    "jueves viernes both neither either tus sus mis nuestro nuestra este esta ese esa todo toda "
    "instrucciones ignora verificado verificada hace hacer tiene tienen hay ser soy fue ruido "
    "coche fine great okay good well ready sure afraid happy sad glad busy late lost stuck done "
    "back home interested confused sick ill tired angry upset mad annoyed frustrated worried "
    "curious able unable aware new old only still really very pretty quite kind sort like about "
    "kinda gonna gotta going wanna urgent important ridiculous terrible awful amazing wonderful "
    "weird wrong true false ready married single pregnant available unavailable allergic broken "
    "something someone somebody anything anyone nothing everyone everything maybe perhaps "
    "probably definitely never always already yet too also another more less much many any some "
    "every each one two three four five six seven eight nine ten zero hundred thousand double "
    "triple half monday tuesday wednesday thursday friday saturday sunday morning afternoon "
    "evening night yesterday week month year time day bill billing appointment order delivery "
    "question problem issue help support service operator agent human person robot machine "
    "computer customer client patient member caller correct incorrect absolutely exactly repeat "
    "what's pardon excuse slower slow speak talk tell say said go get got make book cancel change "
    "pay report reschedule schedule buy sell know think guess mean see look wait hold stop come "
    "give take find use work works working driving outside inside locked running fed bored scared "
    "hurt injured retired let let's they he she his her their them us him which whose into onto "
    "over under out off up down than prescription refund invoice payment insurance car house "
    "internet password broken damaged missing nobody none later soon mind goodbye bye nice cool "
    "perfect long short bad big little different same first second third last next other possible "
    "impossible fun hard easy over enough"
)
_NOT_VERBS = word_set(
    "king sterling irving browning fleming manning keating harding golding wing ping ming ling "
    "jing ding bing sing ying ring ting xing hastings ewing bowling dowling cushing banning "
    "downing reding strong harding"
)
_LONGEST = 5


class PersonName(EntityBase):
    """A person's name, as it would be written: ``Maria Lopez``, ``John O'Brien``."""

    type: Literal["person_name"]

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read introductions anywhere; a bare name only when it was asked for."""
        heard = respelled(unspelled(tokens(words), context.language), context.language)
        found: list[Candidate] = []
        index = 0
        while index < len(heard):
            candidate, used = self._introduced(heard, index, context)
            if candidate is not None:
                found.append(candidate)
            index += used
        if not found and (context.asked or context.opening):
            bare = _bare(heard, known_only=not context.asked)
            found = [bare] if bare else []
        found = _mended(heard, _with_surname(heard, found))
        best = max((candidate.confidence for candidate in found), default=0.0)
        return [candidate for candidate in found if candidate.confidence == best]

    def _introduced(
        self, heard: Sequence[Token], index: int, context: Hearing
    ) -> tuple[Candidate | None, int]:
        asked = context.asked
        certain = longest_phrase(heard, index, _CERTAIN)
        likely = None if certain else longest_phrase(heard, index, _LIKELY)
        phrase = certain or likely
        if phrase is None:
            return None, 1
        start = index + len(phrase)
        while start < len(heard) and heard[start].norm in (
            "um",
            "uh",
            "er",
            "actually",
            "is",
            "it's",
        ):
            start += 1
        name = _restated(heard, _name_from(heard, start, strict=certain is None))
        if not name or (not asked and " ".join(phrase) in _LABELS):
            return None, len(phrase)
        if certain and not asked and index and _somebody_else(heard[index - 1].norm):
            return None, len(phrase)
        if likely and not asked and phrase[0] in _WEAK:
            known = name[0].norm in GIVEN_NAMES or (len(name) > 1 and name[0].text[0].isupper())
            if not (context.opening and known):
                return None, len(phrase)
        sure = 0.95 if certain else (0.85 if asked else 0.8)
        last = _signed_off(heard, heard.index(name[-1]))
        start, end = heard[index].start, heard[last].end
        return Candidate(written(name), start, end, sure, bool(certain)), max(1, last + 1 - index)

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """A name has letters, and not dozens of parts."""
        if not any(char.isalpha() for char in value):
            return in_words(context, "I did not get a name", "no entendí el nombre")
        if len(value) <= 80:
            return None
        return in_words(context, "that is longer than a name", "es demasiado largo para un nombre")


def _mended(heard: Sequence[Token], found: list[Candidate]) -> list[Candidate]:
    """Apply what a name is corrected to: "maria lopez, sorry, gomez"."""
    if not found:
        return found
    last = found[-1]
    behind = next((at for at, token in enumerate(heard) if token.start >= last.end), len(heard))
    for start, end in repairs(heard):
        if start < behind or start > behind + 1:
            continue
        while end < len(heard) and heard[end].norm in _BEFORE_CORRECTION:
            end += 1
        name = _name_from(heard, end, strict=True)
        if not name:
            return found
        value = _corrected(last.value.split(), name)
        where = heard[heard.index(name[-1])].end
        return [*found[:-1], Candidate(value, last.start, where, last.confidence, last.cued)]
    return _or_another(heard, found, behind)


_BEFORE_CORRECTION = word_set("it's it is that's my name name's soy es me llamo i'm said i a")


def _corrected(parts: list[str], name: list[Token]) -> str:
    """Return a name of which one word, or all of it, was said anew."""
    new = written(name)
    if len(name) > 1 or len(parts) == 1:
        return new
    if name[0].norm in GIVEN_NAMES and parts[-1].lower() not in GIVEN_NAMES:
        return " ".join([new, *parts[1:]])
    return " ".join([*parts[:-1], new])


def _or_another(heard: Sequence[Token], found: list[Candidate], behind: int) -> list[Candidate]:
    """Add the other name of "john or jack": nobody can tell which."""
    if behind + 1 >= len(heard) or heard[behind].norm not in ("or", "o"):
        return found
    name = _name_from(heard, behind + 1, strict=True)
    if not name:
        return found
    last = found[-1]
    other = Candidate(
        written(name), name[0].start, heard[heard.index(name[-1])].end, last.confidence, last.cued
    )
    return [*found, other]


def _name_from(heard: Sequence[Token], start: int, *, strict: bool) -> list[Token]:
    """Return the tokens of the name that begins at `start`, titles left out."""
    while start < len(heard) and (
        heard[start].norm in _TITLES
        or (heard[start].norm in ("el", "la", "the") and _titled(heard, start + 1))
    ):
        start += 1
    name: list[Token] = []
    for index in range(start, min(len(heard), start + _LONGEST)):
        token = heard[index]
        ended = not token.norm.replace("'", "").isalpha() or (
            token.norm in _ENDS and not _is_a_name_here(heard, index, first=not name)
        )
        ended = ended or (
            token.norm == "y"
            and heard[index + 1 : index + 2] != []
            and heard[index + 1].norm in _NOT_NAMES
        )
        ended = ended or (
            token.norm in ("last", "first", "family", "second")
            and [own.norm for own in heard[index + 1 : index + 2]] == ["name"]
        )
        if ended or (name and token.broken and not _initial(name[-1])):
            break
        name.append(token)
    while name and name[-1].norm in _PARTICLES | {"o"}:
        name.pop()
    if not name or _verb(name[0], strict):
        return []
    if strict and name[0].norm in _NOT_NAMES and (name[0].norm != "will" or len(name) < 2):
        return []
    if strict and len(name) > 1 and name[1].norm in _NOT_NAMES:
        return name[:1] if name[0].text[:1].isupper() else []
    return name


def _titled(heard: Sequence[Token], index: int) -> bool:
    return index < len(heard) and heard[index].norm in _TITLES


def _somebody_else(word: str) -> bool:
    """Whether "… name is" speaks of another person: "her name is", "my mother's name is"."""
    return word in ("her", "his", "their", "your", "its") or word.endswith("'s")


def _is_a_name_here(heard: Sequence[Token], index: int, *, first: bool) -> bool:
    """Whether "will", "may" or "call" is a name in this place, as in "will young", "anna may"."""
    if heard[index].norm not in ("will", "may", "call"):
        return False
    last = index + 1 == len(heard)
    return last if not first else not last and heard[index + 1].norm not in _ENDS


def _spelled(token: Token) -> bool:
    return token.end - token.start > len(token.text)


def _signed_off(heard: Sequence[Token], last: int) -> int:
    """Return the last token of an introduction, "… here" and "… calling" included."""
    after = [token.norm for token in heard[last + 1 : last + 3]]
    said = after[:1] in (["here"], ["speaking"], ["calling"])
    return last + 1 if said and after[1:] not in _CALLS_FOR else last


_CALLS_FOR = [["about"], ["to"], ["because"], ["for"], ["in"], ["regarding"], ["on"], ["with"]]


def _restated(heard: Sequence[Token], name: list[Token]) -> list[Token]:
    """Read "bond, james bond" as one name."""
    if len(name) == 3 and name[0].norm == name[2].norm:
        return name[1:]
    if len(name) > 1 and _spelled(name[-1]) and fuzz.ratio(name[-2].norm, name[-1].norm) > 50:
        return [*name[:-2], name[-1]]
    if not name or name[-1] is heard[-1]:
        return name
    again = _name_from(heard, heard.index(name[-1]) + 1, strict=True)
    return again if len(again) > len(name) and again[-1].norm == name[-1].norm else name


def _with_surname(heard: Sequence[Token], found: list[Candidate]) -> list[Candidate]:
    """Join "my name is John and my last name is Smith"."""
    if len(found) != 2 or " " in found[0].value:
        return found
    first, second = found
    lead = [token.norm for token in heard if first.end <= token.start < second.end]
    if not any(word in ("last", "family", "surname", "second") for word in lead):
        return found
    value = f"{first.value} {second.value}"
    return [Candidate(value, first.start, second.end, 0.9, first.cued)]


def _initial(token: Token) -> bool:
    return len(token.norm) == 1 or token.norm in _TITLES | {"st"}


def _verb(token: Token, strict: bool) -> bool:
    """Whether the word after "I'm" is a participle rather than a name."""
    if not strict or token.norm in _NOT_VERBS:
        return False
    norm = token.norm
    return (norm.endswith("ing") and len(norm) > 4) or (
        norm.endswith("ed") and len(norm) > 6 and not norm.endswith(("fred", "mmed", "amed"))
    )


def _bare(heard: Sequence[Token], *, known_only: bool) -> Candidate | None:
    """Read "anna bell", "um, anna bell", "anna bell and I'm calling about …".

    With `known_only`, two words or more that begin with a common given name.
    """
    start = 0
    while start < len(heard) and heard[start].norm in FILLERS | {"yes", "sure", "no", "it", "is"}:
        start += 1
    name = _restated(heard, _name_from(heard, start, strict=True))
    if not name or (known_only and (len(name) < 2 or name[0].norm not in GIVEN_NAMES)):
        return None
    last = _signed_off(heard, heard.index(name[-1]))
    behind = heard[last + 1 :]
    ended = not behind or behind[0].broken or behind[0].norm in _GOES_ON
    words = [token for token in name if token.norm not in _PARTICLES]
    if not ended or len(words) > 4 or any(token.norm in _NOT_NAMES for token in words[1:]):
        return None
    if (
        len(name) == 1
        and len(behind) == 1
        and behind[0].broken
        and (behind[0].norm not in _GOES_ON and behind[0].norm.isalpha())
    ):
        return None  # "o'connor, sinead": which is the name?
    known = any(folded(token.norm) in _KNOWN or token.text[0].isupper() for token in words)
    if len(words) > 2 and not known:
        return None  # "brakes make noise": three unknown words are a sentence
    sure = 0.75 if len(name) < 4 else 0.65
    return Candidate(written(name), name[0].start, heard[last].end, sure)


_KNOWN = frozenset(folded(name) for name in GIVEN_NAMES)
_GOES_ON = word_set(
    "or no sorry o perdón digo and i'm i i've here speaking calling from my please it's is but um "
    "uh thanks thank y soy spelled spelt that's i'd we our could can"
)


def written(name: Sequence[Token]) -> str:
    """Return name tokens as one writes them: ``o brien`` → ``O'Brien``, ``anna-maria`` → hyphen."""
    parts: list[str] = []
    for place, token in enumerate(name):
        text = _capital(token, inner=0 < place < len(name) - 1)
        if parts and token.gap.strip() in ("-", "‐", "–"):
            parts[-1] += f"-{text}"
        elif parts and parts[-1] == "O":
            parts[-1] = f"O'{text}"
        else:
            parts.append(text)
    return " ".join(parts)


def _capital(token: Token, *, inner: bool) -> str:
    text = token.text.replace("’", "'")
    if not text.islower() and not (text.isupper() and len(text) > 2):
        return text
    low = text.lower()
    if inner and low in _PARTICLES:
        return low
    head, apostrophe, tail = low.partition("'")
    if apostrophe and len(tail) > 1:
        return f"{head.capitalize()}'{tail.capitalize()}"
    if low.startswith("mc") and len(low) > 3:
        return f"Mc{low[2:].capitalize()}"
    return low.capitalize()
