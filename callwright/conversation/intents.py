"""What a caller wants from the conversation itself: again, slower, a human, an end.

Precise on purpose: "I'd like to repeat my prescription" is a reason to call, not a request to say
something again. Most intents count only when the whole turn is made of them; a few (asking for a
human, whether this is a machine, goodbye) also count inside a longer turn.
"""

import re
from dataclasses import dataclass
from typing import Literal

from .spoken import Span

IntentName = Literal[
    "repeat", "slower", "human", "robot", "goodbye", "done", "never_mind", "hello", "who",
    "thanks", "wait", "unsure",
]  # fmt: skip

_PERSON = (
    r"(?:human being|human|person|people|operator|agent|representative|rep|manager|supervisor|"
    r"receptionist|secretary|assistant manager|member of staff|staff member|attendant|adviser|"
    r"advisor|customer service|front desk)"
)
_ANYONE = rf"(?:{_PERSON}|someone(?: else)?|somebody(?: else)?|anyone|anybody|an? (?:real )?one)"
_KIND = r"(?:(?:a|an|the|some|your|another|any) )?(?:(?:real|live|actual|human|living) ){0,2}"

_ANYWHERE: dict[IntentName, str] = {
    "human": (
        rf"(?:i(?:'d| would)? (?:want|like|need|prefer|rather|love) )?"
        rf"(?:(?:i|we|me|to|can|could|may|please|just|rather) )"
        rf"(?:speak|talk|chat)(?: directly)? (?:to|with) {_KIND}{_ANYONE}\b"
        rf"|(?:get|give|put|connect|transfer|pass|forward|switch) me "
        rf"(?:(?:through|over|on|back) )?(?:(?:to|with) )?{_KIND}{_ANYONE}\b"
        rf"|(?:want|need|prefer|like|have|get) (?:a|an|the|another) (?:real |live |actual |human )*"
        rf"(?:human being|human|person|operator|representative)(?= please| now| instead| to talk|"
        rf" to speak|[.,!?]|$)"
        rf"|(?:want|need|prefer|like) (?:a|an) (?:real|live|actual|human) {_PERSON}\b"
        rf"|is there (?:a|any|an) (?:real |live |actual |human )*(?:human|person|one|body|operator)"
        rf"\b.{{0,12}}\b(?:talk|speak)"
        rf"|(?:don't|do not) (?:want|like) (?:to )?(?:talk|speak|talking|speaking) (?:to|with) "
        rf"(?:a |an |this )?(?:robot|machine|computer|bot)"
        rf"|hablar con (?:una|un|otra)? ?(?:persona|humano|agente|alguien|operador|operadora)\b"
        rf"|hablar con alguien|(?:quiero|necesito) (?:una persona|un humano|un agente|un operador)"
    ),
    "robot": (
        r"are you (?:really )?(?:a |an )?(?:real|actual|live|human|robot|machine|computer|bot|ai|"
        r"recording|automated|person|artificial)\b(?: (?:person|human|human being|being|robot|ai|"
        r"voice|recording|machine|system))?"
        r"|you(?:'re| are) (?:just |not )?(?:a |an )(?:real |actual )?"
        r"(?:robot|machine|computer|bot|ai|recording|person|human)\b(?:,? (?:aren't|are) you)?"
        r"|am i (?:talking|speaking) (?:to|with) (?:a |an )?(?:real |actual |live )?"
        r"(?:person|human|human being|robot|machine|computer|bot|ai|recording)\b"
        r"|is this (?:a |an )?(?:real person|real human|human|robot|machine|recording|bot|computer|"
        r"ai|automated\b.{0,10})\b"
        r"|(?:eres|es usted|es) (?:un |una )?"
        r"(?:robot|máquina|maquina|persona real|persona de verdad)"
    ),
    "goodbye": (
        r"(?:good ?bye|bye|bye bye|adiós|adios|hasta luego)(?: now| then| bye)?[\s.!]*$"
        r"|i(?:'ll| will) (?:call|try|ring)(?: you)? (?:back|again)"
        r"(?: later| another time| tomorrow)?[\s.!]*$"
        r"|i(?:'ve got| have got| have|'ve| gotta| got)? (?:to )?(?:go|run|hang up) now\b"
        r"|(?:i have to|i've got to|i gotta|i need to) (?:go|run|leave|hang up)[\s.!]*$"
    ),
    "repeat": (
        r"(?:can|could|would|will) you (?:please )?(?:repeat|say) (?:that|it|the question|what you "
        r"said|the last (?:part|bit|one))(?: (?:again|once more|one more time|for me|please))*"
        r"|(?:i didn't|i did not|i couldn't|didn't|i don't|can't) (?:quite )?(?:catch|hear|get|"
        r"understand|make out) (?:that|you|what you said|the question)"
        r"|puede(?:s)? repetir(?:lo|me)?(?: por favor)?"
    ),
    "slower": (
        r"(?:can|could|would) you (?:please )?(?:speak|talk|go|say (?:that|it))(?: again)?"
        r"(?: an?)?(?: little)?(?: bit)?(?: more)? ?(?:slower|slowly)"
        r"|you(?:'re| are) (?:speaking|talking|going) (?:too|so) fast"
        r"|(?:más|mas) despacio"
    ),
}

_WHOLE: dict[IntentName, str] = {
    "repeat": (
        r"(?:what|pardon(?: me)?|(?:i'm )?sorry|excuse me|huh|come again|say (?:that |it )?again|"
        r"again|what was that(?: again)?|what (?:was|is) (?:the|your) question|"
        r"what did you ask(?: me)?|what did you (?:just )?say|what's that|what is that|"
        r"repeat(?: (?:that|it|the question|again))?|one more time|once more|"
        r"i (?:didn't|did not|couldn't|can't|cannot) (?:hear|catch|understand|get)"
        r"(?: (?:that|you|it))?|"
        r"what do you mean|i don't understand|"
        r"cómo|como|qué|que|perdón|perdon|otra vez|repita|no entiendo|no entendí)"
    ),
    "slower": (
        r"(?:slow down|slower|slowly|more slowly|(?:speak|talk) (?:more )?(?:slower|slowly)|"
        r"(?:that's |that was )?too fast|not so fast|a (?:little |bit )+slower)"
    ),
    "human": (rf"(?:{_KIND}{_PERSON}|agente|operadora?|una persona)"),
    "goodbye": (
        r"(?:good ?bye|bye(?: bye)?|hang up|i(?:'m| am) hanging up|end (?:the|this) call|"
        r"have a (?:nice|good|great|lovely) (?:day|one|evening|night|weekend|afternoon)|you too|"
        r"talk to you (?:later|soon)|see you(?: later)?|i (?:have to|gotta|need to|must) "
        r"(?:go|run|leave)|take care|adiós|adios|hasta luego|chao)"
    ),
    "done": (
        r"(?:that's all(?: for now| for today| i (?:need|needed))?|that is all|that'?s everything|"
        r"that(?:'ll| will) be all|nothing else|no,? thanks|no,? thank you|i(?:'m| am) done|"
        r"we(?:'re| are) done|i(?:'m| am) all set|all set|that's it|that is it|i(?:'m| am) good|"
        r"eso es todo|nada más|nada mas|no gracias)"
    ),
    "never_mind": (
        r"(?:never ?mind|forget (?:about )?it|forget that|don't worry about it|no importa|olvídelo|"
        r"i(?:'ve| have)? changed my mind|cancel(?: that| it)?)"
    ),
    "hello": (
        r"(?:hello|hi|hey|hi there|hello there|good (?:morning|afternoon|evening|day)|"
        r"(?:are you|anyone|anybody|is (?:anyone|anybody|somebody|someone))(?: still)? there|"
        r"can you hear me|you there|hola|buenos días|buenos dias|buenas(?: tardes| noches)?)"
    ),
    "who": (
        r"(?:who is this|who's this|who are you|who am i (?:talking|speaking) (?:to|with)|"
        r"who is (?:it|calling|speaking)|what is this|what company is this|where am i calling|"
        r"what's your name|what is your name|which company is this|who did i call|quién es|"
        r"quién habla|quién eres|con quién hablo)"
    ),
    "thanks": (
        r"(?:(?:ok(?:ay)? )?(?:thank you|thanks)"
        r"(?: (?:so much|very much|a lot|again|very kindly))?|"
        r"cheers|much appreciated|muchas gracias|gracias)"
    ),
    "wait": (
        r"(?:hold on|hang on|(?:just )?(?:one|a|1) (?:moment|second|sec|minute)|wait|"
        r"wait (?:a|one) (?:moment|second|sec|minute)|(?:just )?give me (?:a|one) "
        r"(?:moment|second|sec|minute)|let me (?:check|see|think|look|find it|get it|look it up)|"
        r"un momento|espere)"
    ),
    "unsure": (
        r"(?:i don't know(?: it| that)?|i do not know|i(?:'m| am) not sure|not sure|no idea|"
        r"i have no idea|i don't remember(?: it)?|i can't remember(?: it)?|"
        r"i (?:don't|do not) have (?:one|it|that|any)(?: with me| here)?|i forgot(?: it)?|"
        r"i'd rather not(?: say)?|none|skip(?: it| that)?|no sé|no lo sé)"
    ),
}


def _longest_first(pattern: str) -> str:
    """Order the alternatives of one group so that "what did you say" wins over "what"."""
    depth, pieces = 0, [""]
    for char in pattern.removeprefix("(?:").removesuffix(")"):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += char
    return "|".join(sorted(pieces, key=len, reverse=True))


_SEARCH: dict[IntentName, re.Pattern[str]] = {
    name: re.compile(rf"\b(?:{pattern})", re.I) for name, pattern in _ANYWHERE.items()
}
_UNITS: dict[IntentName, re.Pattern[str]] = {
    name: re.compile(rf"(?:{_longest_first(pattern)})(?![\w'])", re.I)
    for name, pattern in _WHOLE.items()
}
_PADDING = re.compile(
    r"(?:[\s.,!?;:¿¡…-]|\b(?:um|uh|er|erm|well|so|please|oh|okay|ok|actually|just|then|now|yeah|"
    r"alright|and|but|you know|por favor|i said|no|for me|sir|ma'am|sorry|hey|hi)\b(?!['’]))+",
    re.I,
)
_REFUSED = re.compile(
    r"(?:don't|do not|didn't|never|no need to|not|without|told|asked|said|advised|wants)"
    r"\W+(?:\w+\W+){0,3}$",
    re.I,
)
_NO_MACHINE = re.compile(r"^(?:don't|do not)", re.I)


@dataclass(frozen=True, slots=True)
class Understood:
    """One intent and the words it was read from."""

    name: IntentName
    span: Span


def intents(words: str) -> list[Understood]:
    """Return the intents in a whole turn's words, in the order they were said."""
    plain = words.replace("’", "'")
    found = _whole_turn(plain)
    for name, pattern in _SEARCH.items():
        for match in pattern.finditer(plain):
            refused = _REFUSED.search(plain[max(0, match.start() - 40) : match.start()])
            if refused and name == "human" and not _NO_MACHINE.match(match.group()):
                continue
            span = Span(match.start(), match.end())
            if not any(known.name == name and known.span.overlaps(span) for known in found):
                found.append(Understood(name, span))
    return sorted(found, key=lambda one: one.span.start)


def _whole_turn(plain: str) -> list[Understood]:
    """Return intents when nothing but intents and padding was said, else nothing."""
    found: list[Understood] = []
    at = 0
    while at < len(plain):
        ends: list[tuple[int, IntentName]] = [
            (match.end(), name)
            for name, unit in _UNITS.items()
            if (match := unit.match(plain, at)) is not None
        ]
        best = max(ends, default=None)
        if best is not None and best[0] > at:
            found.append(Understood(best[1], Span(at, best[0])))
            at = best[0]
            continue
        padding = _PADDING.match(plain, at)
        if padding is None:
            return []
        at = padding.end()
    return found
