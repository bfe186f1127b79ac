"""The words of the models: classes of words, the dictionary, and the files the decoder reads.

A word that stands in a class is an entry of its own, tagged with the class: ``four_p3`` is "four"
as the third digit of a phone number. The decoder then knows which class it came from.
"""

import math
from collections.abc import Collection, Mapping
from math import log

from callwright.engines.templates import read_sections

Classes = dict[str, dict[str, float]]

# Without an entry for foreign speech, which would swallow short words such as "oh".
NOISE_DICTIONARY = "<s> SIL\n</s> SIL\n<sil> SIL\n[NOISE] +NSN+\n"

_TAG = "_"
_PHONE_DIGITS = range(1, 11)

# Where a number is paused in. A pause between words forgets all readings but the likeliest so far:
# after "five five five" it would have to be an area code. A pause within the word keeps them apart.
_PAUSED = frozenset({"P3", "P6"})
_PAUSE = "SIL"

# The powers of `class_file`, about the language weight: more for the long lists of names, which
# would else turn up everywhere, less for digits, of which there are many in a row.
_POWER = 6.5
_POWERS = {"FIRST": 8.0, "LAST": 8.0} | {f"P{position}": 5.0 for position in _PHONE_DIGITS}


def word_of(entry: str) -> str:
    """The word of a dictionary entry, without its class."""
    return entry.partition(_TAG)[0]


def may_pause(entry: str) -> bool:
    """Whether the sound of an entry may end in a pause of any length."""
    return entry.partition("(")[0].partition(_TAG)[2].upper() in _PAUSED


def read_classes(listed: str, names: Mapping[str, str]) -> Classes:
    """The word classes: words and their chances, which add up to one.

    Args:
        listed: The text of the class file.
        names: For each class of names the text of its list, the common ones first.
    """
    classes: Classes = {}
    for name, weight, words in read_sections(listed):
        classes.setdefault(name, {}).update(dict.fromkeys(words.split(), float(weight)))
    for name, text in names.items():
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        ranked = dict.fromkeys(word for line in lines for word in line.split())
        classes[name] = {word: 1.0 / (rank + 200) for rank, word in enumerate(ranked)}
    for position in _PHONE_DIGITS:
        kind = "DIGIT_FIRST" if position in (1, 4) else "DIGIT"
        classes[f"P{position}"] = dict(classes[kind])
    classes |= {"T7": dict(classes["PAIR"]), "T9": dict(classes["PAIR"])}
    return {name: _normal(words) for name, words in classes.items()}


def _normal(words: dict[str, float]) -> dict[str, float]:
    total = sum(words.values())
    return {word: weight / total for word, weight in words.items()}


def dictionary_file(
    plain: Collection[str], classes: Classes, sounds: Mapping[str, list[str]]
) -> str:
    """The pronunciations of the plain words and of each word of each class."""
    entries = {word: sounds[word] for word in plain if word in sounds}
    for name, members in classes.items():
        for word in members:
            if word in sounds:
                paused = [f"{phones} {_PAUSE}" for phones in sounds[word]] * (name in _PAUSED)
                entries[word + _TAG + name.lower()] = sounds[word] + paused
    lines: list[str] = []
    for entry in sorted(entries):
        for variant, phones in enumerate(entries[entry], 1):
            lines.append(f"{entry}{f'({variant})' if variant > 1 else ''} {phones}")
    return "\n".join(lines) + "\n"


def class_file(classes: Classes) -> str:
    """The classes in the decoder's own format.

    The decoder weighs n-grams by the language weight but not the chances within a class, so these
    are raised to a power; a word without a sound takes what is missing to one.
    """
    lines: list[str] = []
    for name in sorted(classes):
        lines.append(f"LMCLASS {name}")
        chances = {
            word: chance ** _POWERS.get(name, _POWER) for word, chance in classes[name].items()
        }
        for word, chance in chances.items():
            lines.append(f"{word}{_TAG}{name.lower()} {chance:.6g}")
        lines.append(f"{_TAG}{name.lower()} {max(0.0, 1.0 - math.fsum(chances.values())):.6g}")
        lines.append(f"END {name}")
    return "\n".join(lines) + "\n"


def class_chances(text: str, classes: Collection[str]) -> dict[str, float]:
    """The natural logarithm of what a class file gives each entry of these classes."""
    chances: dict[str, float] = {}
    wanted = False
    for line in text.splitlines():
        entry, _, value = line.partition(" ")
        if entry == "LMCLASS":
            wanted = value in classes
        elif wanted and entry != "END" and not entry.startswith(_TAG):
            chances[entry] = log(max(float(value), 1e-300))
    return chances


def control_file(models: Mapping[str, Collection[str]], classes: Classes) -> str:
    """Names every model with the classes it uses, by the words of each model."""
    lines = ["{ words.classes }"]
    for model, words in models.items():
        used = sorted(name for name in classes if name in words)
        lines.append(f"{model}.lm {model}" + (f" {{ {' '.join(used)} }}" if used else ""))
    return "\n".join(lines) + "\n"
