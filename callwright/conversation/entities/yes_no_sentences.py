"""Sentences that answer a question: "i'd rather not", "that would be great", "no lo acepto".

Too many to be listed, but built to few patterns. They are matched against the words in lower case
with one blank behind each; a bar stands where a clause ends.
"""

import re
from collections.abc import Sequence

from ..spoken import Token

_ADVERB = (
    r"(?:(?:really|very|totally|absolutely|perfectly|completely|just|all|so|quite|pretty|also|"
    r"definitely|certainly|actually|still|fully|more than|entirely|most|sure|truly|at all|that) )*"
)
_END = (
    r"(?=\||$|(?:thanks|thank|please|sir|ma'am|but|and|gracias|pero) |"
    r"(?:then|too|now|though) (?:\||$))"
)
_GOOD = (
    r"(?:about right|all right|alright|fine|great|good|okay|ok|perfect|wonderful|lovely|right|"
    r"correct|true|accurate|excellent|awesome|ideal|amazing|cool|fantastic|acceptable|super|"
    r"brilliant|terrific|splendid|the one|my understanding|it|me|him|her|nice|exact) "
    r"(?!to (?:know|hear|see)|question|idea of|answer|morning|afternoon|evening|that you)"
)
_AGREE = r"(?:agree|consent|accept|approve|confirm|authori[sz]e|concur|allow|permit)"
_NOT_ASIDE = (
    r"(?!to (?:say|answer|talk|tell|discuss|think)|(?:i|you) (?:heard|understood|caught|got|get|"
    r"understand|know|follow|can|could|have))"
)
_SUBJECT = r"(?:i|we|you|he|she|it|they|there|that)"
_FACT = "(?:phone |home |full |last |first |email |e-mail )?(?:name|address|number|birthday|email)"
_NOT_BRIEF = (
    r"not (?!sure|certain|too bad|so bad|bad|a problem|an issue|necessarily|only|to |the |just |"
    r"until|before|if |unless|but |like |as |my problem|really sure)"
)
_ENGLISH_YES = (
    rf"{_SUBJECT} (?:sure |certainly |definitely |really |absolutely |already |just |still |"
    rf"always )?(?:do|does|did|am|is|are|"
    rf"was|were|have|has|will|would|can|may) {_END}",
    rf"(?:i'll|we'll|i can|we can|i could|i will|we will) (?:take|do) (?:it|that|so) {_END}",
    rf"(?:i|we) (?:do |already )?have (?:one|it|that|some) {_END}",
    rf"(?:that|this|it)(?:'s| is) (?:my|our) (?:{_FACT}) {_END}",
    r"(?:that|this|it)(?:'s| is) the (?:right|correct) ",
    rf"(?:i'd|we'd|i would|we would) {_ADVERB}(?:like|love|appreciate) (?:that|it|to|this|one|so) "
    rf"{_END}",
    rf"(?:i|we) (?:do )?want (?:to|that|it|one|this) {_END}",
    rf"(?:that|it|this|which)(?:'s| is| sounds| looks| seems| feels|'d be| would be| will be|"
    rf"'ll be| should be) {_ADVERB}{_GOOD}",
    r"(?:that|it|this)(?:'ll| will)? works? (?!on|in|out|at)",
    rf"(?:i'm|i am|we're|we are|i'd be|i would be) {_ADVERB}(?:fine|okay|ok|good|happy|cool|"
    r"comfortable|alright|down|up) (?:with|for) (?:that|it|this) ",
    rf"(?:i'm|i am|we're|i'd be|i would be) {_ADVERB}(?:happy to|glad to|in|in favou?r|down|"
    rf"game) {_END}",
    rf"(?:i|we) (?:do |fully |hereby |would |can |totally |completely )*{_AGREE} ",
    r"you (?:can|may) (?:go ahead|record|proceed|continue|store|use|keep|do (?:that|it)) ",
    rf"(?:i|we) (?:don't|do not|can't|cannot) see why not {_END}",
    r"(?:i|we) have no (?:problem|objection|objections|issue) (?:with|to) (?:that|it|this) ",
    r"(?:i'd|i would) be (?:grateful|delighted|glad) ",
    r"you(?: have|'ve got| got|'ve) my (?:permission|consent|okay|ok|blessing|word|approval) ",
)
_ENGLISH_NO = (
    rf"{_SUBJECT} (?:(?:most |really |actually |definitely |certainly |absolutely |still |just )*)"
    rf"(?:don't|doesn't|"
    r"didn't|isn't|aren't|wasn't|weren't|haven't|hasn't|won't|wouldn't|can't|cannot|couldn't|shouldn't|"
    r"ain't|do not|does not|did not|is not|are not|am not|was not|were not|have not|has not|"
    rf"will not|would not|can not) (?:at all |really |either |anymore )?{_END}",
    r"(?:i'm|i am|we're|we are) not (?:going to|gonna|about to|prepared to|willing to) ",
    rf"(?:i|we|you|he|she|it|they) (?:may|must|might|should) not {_END}",
    rf"(?:i'm|we're|you're|he's|she's|it's|they're|that's) not {_END}",
    rf"(?:i|we) {_ADVERB}(?:don't|do not|won't|will not|can't|cannot|wouldn't|would not|didn't|"
    rf"did not|never|refuse to) {_ADVERB}(?:{_AGREE}|do that|do it|do this|say so|like that|"
    "like it|like this|like the idea) ",
    rf"(?:i|we) {_ADVERB}(?:don't|do not|wouldn't|would not) {_ADVERB}(?:want|wish|think|believe|"
    rf"need|suppose) {_NOT_ASIDE}[^|]*",
    rf"(?:i|we) (?:don't|do not) have (?:one|any|it|that) {_END}",
    rf"{_NOT_BRIEF}(?:[^ |]+ ){{1,3}}{_END}",
    r"(?:that|it|this)(?:'s not| is not| isn't| ain't) (?:my|our|the|a|an|his|her|what|how|who) ",
    r"(?:that|this|it)(?:'s| is) the wrong ",
    r"let's not ",
    rf"(?:i|we) never {_AGREE}e?d? ",
    r"(?:i|we) (?:refuse|decline|object|disagree|must decline|have to decline) ",
    rf"(?:that|it|this)(?:'s not| is not| isn't| ain't| wasn't| won't be| wouldn't be| "
    rf"would not be| will not be) {_ADVERB}(?:{_GOOD}|necessary |possible |convenient |needed |"
    "happening |required )",
    r"(?:that|it|this) (?:doesn't|does not|won't|wouldn't|didn't) (?:really )?(?:work|sound|look|"
    r"seem|suit|feel) ",
    rf"(?:i'm|i am|we're|we are) not {_ADVERB}(?:(?:fine|okay|ok|good|cool) with |happy |"
    "comfortable |interested |ready |willing |keen |in favou?r |a fan |down |up for )",
    rf"(?:i'd|i would|we'd|we would) {_ADVERB}(?:much )?(?:rather|prefer) (?:(?:if |that )?"
    r"(?:you|we|it|they) )?(?:not|didn't|don't|wouldn't|no) ",
    rf"(?:please )?(?:don't|do not) {_END}",
    rf"(?:none of (?:that|this|it|those|them)|neither of (?:them|those)) (?:is|are|was|were) "
    rf"{_GOOD}",
)
_SPANISH_GOOD = (
    r"(?:muy |todo |súper |super |más que |todo muy |muy muy )?(?:bien|perfecto|perfecta|genial|"
    r"estupendo|estupenda|fenomenal|correcto|correcta|fantástico|ideal|buenísimo|exacto|cierto|"
    r"verdad|maravilloso|excelente|fabuloso|de maravilla|estupendamente|perfectamente|así) "
)
_ACCEPT = (
    r"(?:acepto|autorizo|confirmo|consiento|apruebo|permito|aceptamos|autorizamos|confirmamos|"
    r"consentimos)"
)
_CONSENT = r"(?:consentimiento|permiso|autorización|autorizacion|aprobación|visto bueno|ok) "
_SPANISH_YES = (
    rf"(?:a mí )?(?:me|nos) (?:parece|suena|viene|va|queda|vendría|iría) {_SPANISH_GOOD}",
    rf"(?:me|nos) (?:vale|sirve|interesa|apunto|gustaría|gustaria|encantaría|encantaria|parece|"
    rf"conviene) {_END}",
    rf"(?:eso |todo |así )?(?:está|esta|estaría|sería|seria|suena|es|queda|quedaría|estará) "
    rf"{_SPANISH_GOOD}",
    rf"(?:lo |la |los |les |le |se lo )?{_ACCEPT} ",
    rf"(?:le |te |les )?(?:doy|damos|tiene|tienes|tienen|cuenta con|cuentas con) (?:mi|todo mi|el) "
    rf"{_CONSENT}",
    r"(?:puede|puedes|pueden) (?:grabar|continuar|seguir|guardar|hacerlo|proceder|usar)\w* ",
    r"(?:se|te) lo agradecer[íi]a ",
    r"estoy (?:muy |totalmente |completamente )?(?:de acuerdo|conforme|a favor) ",
    rf"(?:lo|la) (?:soy|es|hago|quiero|haré|estoy|deseo|somos|queremos) {_END}",
    r"(?:yo )?(?:diría|creo|pienso|supongo|imagino|entiendo) que s[íi] ",
)
_SPANISH_NO = (
    r"no (?:creo|pienso) que [^|]*",
    rf"no del todo {_SPANISH_GOOD}",
    rf"no (?:lo |la |los |le |se lo |les )?(?:{_ACCEPT}|quiero|queremos|deseo|hago|haré|haga|hagas|"
    r"hagan|creo|pienso|veo claro|veo bien) (?!decir|contestar|responder|hablar|haber)",
    rf"no (?:lo|la) (?:soy|es|estoy|somos|necesito) {_END}",
    rf"no quisiera {_END}",
    r"no (?:me|nos) (?:parece|gusta|gustaría|gustaria|interesa|convence|apetece|conviene|"
    r"va bien|viene bien|sirve|vale|queda bien) ",
    rf"(?:(?:eso|esto|ese|esa|así|todo|la verdad|pues) )?no (?:está|esta|es|son|fue|era|sería|"
    rf"suena|queda|estaría) (?:tan |nada |del todo |muy |para nada )?{_SPANISH_GOOD}",
    r"no (?:estoy|estamos) (?:muy |nada |del todo |para nada )?(?:de acuerdo|conforme|conformes|"
    r"interesad[oa]|dispuest[oa]|a favor|convencid[oa]) ",
    rf"no (?:le |te )?(?:doy|tiene|tienes|tienen) (?:mi|el) {_CONSENT}",
    r"(?:prefiero|preferiría|preferiria|preferimos|mejor) (?:que )?no ",
    r"(?:yo )?(?:diría|creo|pienso|supongo|imagino|temo|parece|verdad) (?:es )?que no ",
)


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))


_NO = _any([*_ENGLISH_NO, *_SPANISH_NO])
_YES = _any([*_ENGLISH_YES, *_SPANISH_YES])
_SUBORDINATE = frozenset(
    {"what", "as", "than", "if", "who", "where", "how", "when", "all", "whatever", "wherever"}
    | {
        "whenever",
        "whoever",
        "why",
        "which",
        "whether",
        "before",
        "until",
        "unless",
        "si",
        "cuando",
    }
    | {"do", "does", "did", "is", "are", "can", "could", "will", "would", "should", "was"}
)
_INVERTED = re.compile(
    r"(?:is|are|was|were|does|did|can|could|will|would|should|have|has|isn't|aren't|doesn't) "
    r"(?:that|it|this|you|i|we|there|he|she|they|these|those) |"
    r"(?:do|don't) (?:you|i|we|they|these|those) "
)


class Clauses:
    """The words of a turn as the patterns read them."""

    def __init__(self, heard: Sequence[Token]) -> None:
        pieces: list[str] = []
        self._starts: list[int] = []
        at = 0
        for index, token in enumerate(heard):
            bar = "|" if index and token.broken else ""
            self._starts.append(at + len(bar))
            pieces.append(f"{bar}{token.norm} ")
            at += len(pieces[-1])
        self._text = "".join(pieces)
        self._heard = heard

    def answer_at(self, index: int) -> tuple[str | None, int]:
        """Return the answer that a sentence beginning at `index` gives and its number of words."""
        before = self._heard[index - 1].norm if index and not self._heard[index].broken else ""
        if before in _SUBORDINATE:
            return None, 0
        for value, pattern in (("no", _NO), ("yes", _YES)):
            match = pattern.match(self._text, self._starts[index])
            if match is not None:
                return value, match.group().count(" ")
        return None, 0

    def asks_at(self, index: int) -> int:
        """Return the words of a question that begins at `index`: "is that right"."""
        token = self._heard[index]
        opens = index == 0 or token.broken or self._heard[index - 1].norm in ("and", "but", "so")
        start = self._starts[index]
        if "¿" not in token.gap and not (opens and _INVERTED.match(self._text, start)):
            return 0
        end = self._text.find("|", start)
        return self._text[start : end if end >= 0 else None].count(" ")
