"""How words sound: CMUdict where it knows them, letters to sounds where it does not."""

import importlib
import re
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path

INSTALL_HINT = (
    "the embedded ear needs pocketsphinx: run `uv sync --extra embedded` "
    "or `pip install 'callwright[embedded]'`"
)

# fmt: off
_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
# fmt: on

# Spelling to sound, the longest match first; `^` and `$` stand for the ends of the word.
_SOUNDS = """
^kn=N ^wr=R ^ps=S ^x=Z ^gn=N ^ch=CH ^y=Y ^wh=W mb$=M gh$= tion=SH AH N sion=ZH AH N cian=SH AH N
ture=CH ER ough=AO augh=AO eigh=EY igh=AY sch=S K tch=CH dge=JH ch=CH sh=SH th=TH ph=F ck=K qu=K W
wh=W ng=NG gh=G ss=S ll=L tt=T ff=F zz=Z nn=N mm=M pp=P bb=B dd=D rr=R gg=G cc=K ce=S
ci=S IH cy=S IY ge=JH gi=JH IH gy=JH IY ee=IY ea=IY oo=UW ou=AW ow=OW oa=OW oi=OY oy=OY ai=EY
ay=EY au=AO aw=AO
ei=EY ey=IY eu=Y UW ew=Y UW ie=IY ue=UW ui=UW ar=AA R er=ER ir=ER or=AO R ur=ER es$=IY Z ed$=D
le$=AH L e$= a$=AH y$=IY o$=OW i$=IY a=AE b=B c=K d=D e=EH f=F g=G h=HH i=IH j=JH k=K l=L m=M n=N
o=AA p=P q=K r=R s=S t=T u=AH v=V w=W x=K S y=IH z=Z
"""
_RULES = {
    spelling: sounds.split()
    for spelling, sounds in re.findall(r"([\^a-z$]+)=((?: ?[A-Z]{1,2}(?![a-z^=]))*)", _SOUNDS)
}
_LONGEST = max(len(spelling) for spelling in _RULES)

# A vowel before one consonant and a silent e: "lake", "side", "lakeside".
_LONG = re.compile(r"([aiou])(?=[bcdfgklmnpstvz]e(?:$|s?\$|[bcdfgklmnpstvwz]))")
_LONG_SOUNDS = {"a": "EY", "i": "AY", "o": "OW", "u": "UW"}


def model_folder() -> Path:
    """The folder of the recogniser's own model.

    Raises:
        RuntimeError: pocketsphinx is not installed.
    """
    try:
        module = importlib.import_module("pocketsphinx")
    except ImportError as error:
        raise RuntimeError(INSTALL_HINT) from error
    return Path(str(module.__file__)).parent / "model" / "en-us"


def spoken_words(text: str) -> list[str]:
    """A written phrase as the words one says: lower case, no accents, digits in words."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode()
    words: list[str] = []
    for token in re.findall(r"[a-z]+(?:'[a-z]+)*|\d+", plain.lower()):
        words += _number(token) if token.isdigit() else [token]
    return words


def _number(digits: str) -> list[str]:
    value = int(digits) if len(digits) <= 2 else -1
    if digits.startswith("0") or value < 0:
        return [_ONES[int(digit)] for digit in digits]
    if value < 20:
        return [_ONES[value]]
    return [_TENS[value // 10 - 2], *([_ONES[value % 10]] if value % 10 else [])]


def pronunciations(words: Collection[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The pronunciations of the words, and those words whose sound had to be guessed.

    Raises:
        RuntimeError: pocketsphinx, which carries the dictionary, is not installed.
    """
    known = _dictionary(words)
    found: dict[str, list[str]] = {}
    guessed: list[str] = []
    for word in sorted(set(words)):
        if word in known:
            found[word] = known[word]
            continue
        sounds = " ".join(letters_to_sounds(word))
        if sounds:
            found[word] = [sounds]
            guessed.append(word)
    return found, guessed


def _dictionary(words: Collection[str]) -> dict[str, list[str]]:
    """The entries of CMUdict for these words; the whole of it would cost 40 MB."""
    wanted = set(words)
    entries: dict[str, list[str]] = {}
    with (model_folder() / "cmudict-en-us.dict").open(encoding="utf-8") as lines:
        for line in lines:
            word, _, sounds = line.partition(" ")
            if word[-1] == ")":
                word = word[: word.rindex("(")]
            if word in wanted:
                entries.setdefault(word, []).append(sounds.rstrip())
    return entries


def letters_to_sounds(word: str) -> list[str]:
    """Guess the phones of a word from its spelling; empty when it has no letter a to z."""
    letters = "^" + "".join(letter for letter in word.lower() if "a" <= letter <= "z") + "$"
    return list(_sounds(letters)) if len(letters) > 2 else []


def _sounds(letters: str) -> Iterator[str]:
    at = 0
    while at < len(letters):
        long_vowel = _LONG.match(letters, at)
        if long_vowel and at:
            yield _LONG_SOUNDS[long_vowel[1]]
            at += 1
            continue
        spelling = next(
            (
                letters[at : at + length]
                for length in range(_LONGEST, 0, -1)
                if letters[at : at + length] in _RULES
            ),
            letters[at],
        )
        yield from _RULES.get(spelling, [])
        at += len(spelling)
