"""What the recogniser listens with: language models for the questions an agent may ask.

Everything is built before the call: one model a question, which expects its answer but understands
the rest, and one for a caller of whom nothing was asked. A model is a trigram over words and word
classes (given names, the third digit of a phone number …), counted over sentences drawn from
templates: a name of the list needs no sentence of its own, and a phone number has its length.
"""

import json
import math
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from callwright.conversation.expectation import Expectation
from callwright.engines import lexicon
from callwright.engines.ngrams import Counts, arpa
from callwright.engines.pronounce import pronunciations, spoken_words
from callwright.engines.shelf import shelved
from callwright.engines.templates import Templates, read_sections

ANYTHING = "anything"

_TEMPLATES = ("common.txt", "reasons.txt", "facts.txt")
_CLASSES = "classes.txt"
_NAME_LISTS = {"FIRST": "first_names.txt", "LAST": "last_names.txt"}
_WORD_LISTS = (_CLASSES, *_NAME_LISTS.values())
_MAKERS = ("language.py", "lexicon.py", "ngrams.py", "pronounce.py", "templates.py")

_SAMPLES = {"text": 7000, "opener": 1500, "common": 2500, "several": 1500}
_TYPE_SAMPLES = 2000

# Sentences each part contributes to a model.
_SENTENCES = 20000
_ASKED = {"common": 0.17, "text": 0.07, "opener": 0.02, "several": 0.04}
_UNASKED = {"common": 0.14, "text": 0.22, "opener": 0.22, "several": 0.12}
_EXAMPLES_SHARE = 0.35
_OTHERS_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class LanguageRequest:
    """What an agent's callers may be asked, and the words of its trade.

    Args:
        expectations: Every question of the agent.
        vocabulary: Words and phrases to know beside the common ones: products, places, names.
    """

    expectations: tuple[Expectation, ...] = ()
    vocabulary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Models:
    """Built models, ready for an `Ear`.

    Args:
        folder: Holds ``models.ctl``, ``words.dict`` and a language model for each question.
        by_name: The model for a question's name, for an entity type, and for `ANYTHING`.
        names: How unlikely each name of persons is among all, as a logarithm.
        guessed: Words whose pronunciation is a guess from their spelling.
    """

    folder: Path
    by_name: dict[str, str]
    names: dict[str, float]
    guessed: tuple[str, ...]

    def model_for(self, expected: str | None) -> str:
        """The model for a name or a type; the general one when nothing fits."""
        return self.by_name.get(expected or ANYTHING, self.by_name[ANYTHING])


def build(request: LanguageRequest, cache: Path | None = None) -> Models:
    """Build the models of a request, or take them from the cache of an earlier run.

    The same request gives the same models, byte for byte. Takes up to half a second when there is
    nothing in the cache, a few milliseconds otherwise.

    Args:
        request: What to listen for.
        cache: Where to keep the models; by default the user's cache folder. Where nothing can be
            written they live in a temporary folder for as long as the process.

    Raises:
        RuntimeError: pocketsphinx is not installed.
    """
    texts = {name: _read("sentences", name) for name in (*_TEMPLATES, *_WORD_LISTS)}
    asked = [[e.name, e.type, e.values, e.examples] for e in request.expectations]
    makers = [_read(name) for name in _MAKERS]
    key = json.dumps([makers, asked, request.vocabulary, sorted(texts.items())])
    folder = shelved(key, lambda: _files(request, texts), cache)
    facts = json.loads((folder / "models.json").read_text(encoding="utf-8"))
    return Models(folder, facts["by_name"], facts["names"], tuple(facts["guessed"]))


def _read(*names: str) -> str:
    """A file of this room; a change in those that make the models makes them again."""
    return resources.files("callwright.engines").joinpath(*names).read_text(encoding="utf-8")


def _files(request: LanguageRequest, texts: dict[str, str]) -> dict[str, str]:
    """The contents of the models' folder, by file name."""
    by_name, models = _models(request, texts)
    words = {model: counts.words() for model, counts in models.items()}
    used = set[str]().union(*words.values())
    listed = {name: texts[file] for name, file in _NAME_LISTS.items()}
    classes = lexicon.read_classes(texts[_CLASSES], listed)
    classes = {name: members for name, members in classes.items() if name in used}
    plain = used - classes.keys()
    sounds, guessed = pronunciations(plain.union(*classes.values()))
    files = {f"{model}.lm": arpa(counts) for model, counts in models.items()}
    files["words.dict"] = lexicon.dictionary_file(plain, classes, sounds)
    files["words.classes"] = lexicon.class_file(classes)
    files["noise.dict"] = lexicon.NOISE_DICTIONARY
    files["models.ctl"] = lexicon.control_file(words, classes)
    names = lexicon.class_chances(files["words.classes"], _NAME_LISTS)
    files["models.json"] = json.dumps({"by_name": by_name, "names": names, "guessed": guessed})
    return files


def _models(
    request: LanguageRequest, texts: dict[str, str]
) -> tuple[dict[str, str], dict[str, Counts]]:
    """Which model answers to which name, and the counts of each model."""
    own = _own_sections(request, texts["facts.txt"])
    templates = Templates([*(texts[name] for name in _TEMPLATES), own])
    asked = [
        _parts(expected, index, templates) for index, expected in enumerate(request.expectations)
    ]
    questions = asked or [["person_name"], ["phone"]]
    sections = dict.fromkeys([*_SAMPLES, *(part for parts in questions for part in parts)])
    drawn = {
        section: Counts.of(templates.sentences(section, _SAMPLES.get(section, _TYPE_SAMPLES)))
        for section in sections
    }
    models = {ANYTHING: _mixed(drawn, _shares(_UNASKED, questions))}
    by_name = {ANYTHING: ANYTHING}
    for index, expected in enumerate(request.expectations):
        model = f"question{index}"
        by_name.setdefault(expected.name, model)
        by_name.setdefault(expected.type, model)
        others = _shares(_ASKED, asked, _OTHERS_SHARE)
        models[model] = _mixed(drawn, _shares(others, [asked[index]]))
    return by_name, models


def _shares(
    given: dict[str, float], questions: list[list[str]], room: float | None = None
) -> dict[str, float]:
    """Shares of a model: those given, and what is left (or the room) evenly for the questions."""
    shares = dict(given)
    left = 1.0 - math.fsum(given.values()) if room is None else room
    for parts in questions:
        for part, share in zip(parts, (1.0 - _EXAMPLES_SHARE, _EXAMPLES_SHARE), strict=False):
            whole = left / len(questions) / (1.0 if len(parts) > 1 else 1.0 - _EXAMPLES_SHARE)
            shares[part] = shares.get(part, 0.0) + whole * share
    return shares


def _mixed(drawn: dict[str, Counts], shares: dict[str, float]) -> Counts:
    return Counts.mixed((drawn[part], share * _SENTENCES) for part, share in shares.items())


def _parts(expected: Expectation, index: int, templates: Templates) -> list[str]:
    """The section of a question's type, and that of its examples if it has some."""
    section = f"choice_{index}" if expected.type == "choice" else expected.type
    examples = f"examples_{index}"
    return [section if section in templates else "text", *([examples] * (examples in templates))]


def _own_sections(request: LanguageRequest, facts: str) -> str:
    """The agent's own words as template sections."""
    lines = ["[vocabulary]", *(_lines(request.vocabulary) or ["it"])]
    for index, expected in enumerate(request.expectations):
        examples, values = _lines(expected.examples), _lines(expected.values)
        if examples:
            lines += [f"[examples_{index}]", *examples]
        if values:
            lines += [f"[value_{index}]", *values, f"[choice_{index}]"]
            lines += [
                f"{weight}* {words}".replace("{choice_value}", f"{{value_{index}}}")
                for section, weight, words in read_sections(facts)
                if section == "choice"
            ]
    return "\n".join(lines)


def _lines(phrases: tuple[str, ...]) -> list[str]:
    return [" ".join(words) for words in map(spoken_words, phrases) if words]
