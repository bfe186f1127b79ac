"""The words of money: which currency a word means, and what its small coins are called."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..spoken import Token

FAMILIES: dict[str, tuple[str, ...]] = {
    "dollar": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
    "euro": ("EUR",),
    "pound": ("GBP",),
    "peso": ("MXN", "COP", "ARS", "CLP", "DOP", "UYU", "PHP"),
    "yen": ("JPY",),
    "franc": ("CHF",),
    "rupee": ("INR",),
    "sol": ("PEN",),
}
"""The currencies a word may mean; the agent's own when it is among them, else a lone first one."""
_CERTAIN = frozenset({"dollar", "euro", "pound", "yen", "franc", "rupee", "sol"})

WORDS: dict[str, str] = {
    "dollar": "dollar", "dollars": "dollar", "buck": "dollar", "bucks": "dollar",
    "dólar": "dollar", "dólares": "dollar", "dolar": "dollar", "dolares": "dollar",
    "euro": "euro", "euros": "euro", "pound": "pound", "pounds": "pound", "quid": "pound",
    "libra": "pound", "libras": "pound", "peso": "peso", "pesos": "peso", "yen": "yen",
    "yenes": "yen", "franc": "franc", "francs": "franc", "franco": "franc", "francos": "franc",
    "rupee": "rupee", "rupees": "rupee", "soles": "sol", "pavo": "euro", "pavos": "euro",
    "varo": "peso", "varos": "peso", "pesito": "peso", "pesitos": "peso", "eurito": "euro",
    "euritos": "euro", "mangos": "peso",
}  # fmt: skip
SYMBOLS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee"}
MINOR = frozenset(
    {"cent", "cents", "céntimo", "céntimos", "centimos", "centavo", "centavos", "penny", "pennies"}
    | {"pence"}
)
NATIONS = {
    "us": "USD", "american": "USD", "canadian": "CAD", "australian": "AUD", "aussie": "AUD",
    "mexican": "MXN",
    "mexicanos": "MXN", "colombianos": "COP", "argentinos": "ARS", "chilenos": "CLP",
    "swiss": "CHF", "suizos": "CHF", "british": "GBP", "sterling": "GBP", "esterlinas": "GBP",
    "estadounidenses": "USD", "americanos": "USD", "canadienses": "CAD",
}  # fmt: skip
WITHOUT_MINOR = frozenset({"JPY", "KRW", "CLP", "VND", "PYG", "ISK"})
CODES = frozenset(code for family in FAMILIES.values() for code in family) | WITHOUT_MINOR


@dataclass(frozen=True, slots=True)
class Coins:
    """How an amount of a currency is said: one and several of it, one and several of its parts."""

    one: str
    many: str
    part: str
    parts: str


_COINS: dict[str, dict[str, Coins]] = {
    "en": {
        "dollar": Coins("dollar", "dollars", "cent", "cents"),
        "euro": Coins("euro", "euros", "cent", "cents"),
        "pound": Coins("pound", "pounds", "penny", "pence"),
        "peso": Coins("peso", "pesos", "centavo", "centavos"),
        "yen": Coins("yen", "yen", "", ""),
    },
    "es": {
        "dollar": Coins("dólar", "dólares", "centavo", "centavos"),
        "euro": Coins("euro", "euros", "céntimo", "céntimos"),
        "pound": Coins("libra", "libras", "penique", "peniques"),
        "peso": Coins("peso", "pesos", "centavo", "centavos"),
        "yen": Coins("yen", "yenes", "", ""),
    },
}
_PLACES: dict[str, dict[str, str]] = {
    "en": {"CAD": "canadian ", "AUD": "australian ", "NZD": "", "MXN": "mexican "},
    "es": {"CAD": " canadienses", "MXN": " mexicanos", "COP": " colombianos", "ARS": " argentinos"},
}


def currency_of(family: str, own: str) -> str | None:
    """Return the code that a word of money means, where the agent's currency is `own`."""
    known = FAMILIES[family]
    if own in known:
        return own
    return known[0] if family in _CERTAIN else None


def currency_of_symbol(family: str, own: str) -> str | None:
    """Return the code that a sign means: where pesos are paid with, ``$`` is their sign."""
    return own if family == "dollar" and own in FAMILIES["peso"] else currency_of(family, own)


def of_whole(heard: Sequence[Token], coin: int, own: str) -> tuple[str | None, int]:
    """Return the currency that a small coin is said to be of: "céntimos de euro", "of a dollar"."""
    at = coin + 1
    if at < len(heard) and heard[at].norm in ("de", "of"):
        at += 1 + (heard[at + 1 : at + 2] != [] and heard[at + 1].norm in ("a", "un"))
        family = WORDS.get(heard[at].norm) if at < len(heard) else None
        if family is not None:
            return currency_of(family, own), at
    return None, coin


def of_coin(word: str, own: str) -> str | None:
    """Return the currency of a small coin that is named alone: "ninety cents"."""
    if word == "pence":
        return "GBP"
    return own if own not in WITHOUT_MINOR else None


def coins(code: str, language: str) -> Coins | None:
    """Return how a currency is said; None when only its code can be said."""
    if code in _PLACES.get("en", {}):
        named = _named(code, language)
        if named is not None:
            return named
    first = {codes[0]: family for family, codes in FAMILIES.items()}
    family = first.get(code)
    return _COINS[language].get(family) if family and family != "peso" else None


def _named(code: str, language: str) -> Coins | None:
    place = _PLACES[language].get(code)
    family = next((name for name, codes in FAMILIES.items() if code in codes), None)
    if not place or family is None:
        return None
    plain = _COINS[language][family]
    if language == "en":
        return Coins(place + plain.one, place + plain.many, plain.part, plain.parts)
    return Coins(plain.many + place, plain.many + place, plain.part, plain.parts)
