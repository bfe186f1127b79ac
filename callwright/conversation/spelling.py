"""Letters: their names, the words that stand for them, and how to tell them apart aloud.

Over a telephone B, D, P and T are one sound; such letters are said with a word.
"""

from .spoken import folded, words

_EN_WORDS = words(
    "apple boy cat dog edward frank george henry ida john king larry mary nancy ocean peter queen "
    "robert sam tom union victor william x-ray young zebra"
)
_ES_WORDS = words(
    "ana burro casa dedo enano foca gato huevo isla jamón kilo luna mano noche oso pato queso rosa "
    "sol tomate uva vaca web xilófono yate zapato"
)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
WORD_FOR: dict[str, dict[str, str]] = {
    "en": dict(zip(_ALPHABET, _EN_WORDS, strict=True)),
    "es": dict(zip(_ALPHABET, _ES_WORDS, strict=True)) | {"ñ": "ñandú"},
}
"""For each letter a word that begins with it."""

CLASSES = ("ahjk", "bcdegptvz", "fsx", "iy", "mn")
"""Letters that are one sound over a telephone."""

NATO = dict(
    zip(
        words(
            "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike "
            "november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee "
            "zulu"
        ),
        _ALPHABET,
        strict=True,
    )
) | {"alfa": "a", "juliett": "j", "whisky": "w", "x-ray": "x", "julieta": "j", "eco": "e"} | {
    "noviembre": "n", "víctor": "v", "óscar": "o", "zulú": "z", "papá": "p", "uniforme": "u",
}  # fmt: skip

NAMES: dict[str, dict[str, str]] = {
    "en": {
        "ay": "a", "bee": "b", "be": "b", "cee": "c", "see": "c", "sea": "c", "dee": "d", "ee": "e",
        "eff": "f", "ef": "f", "gee": "g", "aitch": "h", "haitch": "h", "eye": "i", "jay": "j",
        "kay": "k", "okay": "", "ell": "l", "el": "l", "em": "m", "en": "n", "pee": "p", "pea": "p",
        "cue": "q", "queue": "q", "kew": "q", "are": "r", "ar": "r", "ess": "s", "es": "s",
        "tee": "t", "tea": "t", "you": "u", "vee": "v", "ex": "x", "why": "y", "wye": "y",
        "zee": "z", "zed": "z",
    },
    "es": {
        "be": "b", "ce": "c", "de": "d", "efe": "f", "ge": "g", "hache": "h", "jota": "j",
        "ka": "k", "ca": "k", "ele": "l", "eme": "m", "ene": "n", "eñe": "ñ", "pe": "p", "cu": "q",
        "ku": "q", "erre": "r", "ere": "r", "ese": "s", "te": "t", "uve": "v", "ve": "v",
        "equis": "x", "ye": "y", "zeta": "z", "seta": "z", "i griega": "y", "doble u": "w",
        "doble ve": "w", "uve doble": "w", "ve doble": "w", "doble uve": "w", "i latina": "i",
        "be larga": "b", "ve corta": "v", "ve chica": "v", "be grande": "b",
    },
}  # fmt: skip
"""Spoken names of letters, by language; a name of two words holds a blank."""

COMMON = frozenset(
    {"be", "see", "sea", "el", "en", "are", "you", "why", "tea", "pea", "es", "eye", "ex", "de"}
    | {"te", "ese", "ca", "ve", "ay"}
)
"""Names of letters that are more often words."""


def alike(letter: str, other: str) -> bool:
    """Whether two letters are one sound over a telephone."""
    return any(letter.lower() in group and other.lower() in group for group in CLASSES)


def spelled_letter(char: str, others: str, language: str = "en") -> str:
    """Return how to say one character of a spelled value.

    Args:
        char: A letter, digit or sign.
        others: All the characters of the value.
        language: Whose words are used.
    """
    low = folded(char).lower()
    said = "ñ" if char.lower() == "ñ" else low
    table = WORD_FOR.get(language, WORD_FOR["en"])
    # A letter without a rival in the value may still be heard as one, so its class decides.
    if said not in table or not any(said in group for group in CLASSES) or len(others) < 2:
        return char.upper()
    link = "de" if language == "es" else "as in"
    return f"{char.upper()} {link} {table[said]}"


def spelled_out(value: str, language: str = "en") -> str:
    """Return words letter by letter: ``M as in mary, A as in apple, R, I as in ida``."""
    parts = value.split()
    return ". ".join(
        ", ".join(spelled_letter(char, part, language) for char in part if char.isalnum())
        for part in parts
    )
