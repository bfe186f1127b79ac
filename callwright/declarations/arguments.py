"""What a service or step is given in YAML, against what its class takes."""

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.declarations import source
from callwright.declarations.errors import Problem, nearest_word, quoted
from callwright.declarations.fitting import Accepts, accepts
from callwright.declarations.places import Document, KeyPath
from callwright.declarations.scalars import kind_of
from callwright.declarations.templates import env_names

# What the session gives to a constructor that asks for it by name.
GIVEN = frozenset({"conversation", "models", "plan", "question"})
NOT_ARGUMENTS = frozenset({"settings", "params", "live_options", "name", *GIVEN})

_SECRET = ("key", "secret", "token", "credential", "password")


class Check:
    """Compares one declaration with one class.

    Args:
        document: The stack file.
        at: The service or step in it.
        title: How messages name it: ``stt 'deepgram_stt'``.
        cls: Its class.
        fields: What ``settings`` may hold.
        variables: Variables that its constructor parameters usually come from.
    """

    def __init__(
        self,
        document: Document,
        at: KeyPath,
        title: str,
        cls: source.Class,
        fields: Mapping[str, source.Parameter] | None,
        variables: Mapping[str, str],
    ) -> None:
        self.document, self.at, self.title = document, at, title
        self.variables = variables
        self.in_constructor = fields is None
        given = document.get((*at, "settings" if self.in_constructor else "args"))
        wanted = [*(given if isinstance(given, dict) else ()), *variables]
        self.parameters, self.takes_others = source.constructor(cls, wanted)
        arguments = {n: p for n, p in self.parameters.items() if n not in NOT_ARGUMENTS}
        self.fields = arguments if fields is None else fields

    def settings(self, given: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield settings that the class does not know or that have the wrong type."""
        for name, value in given.items():
            at = (*self.at, "settings", name)
            if name in self.fields:
                yield from self._secret_or_fit(at, name, value, self.fields[name])
            elif not (self.in_constructor and self.takes_others):
                yield self._unknown_setting(at, name)

    def _unknown_setting(self, at: KeyPath, name: str) -> Problem:
        what = f"{self.title} has no setting {quoted(name)}"
        if name in self.parameters and name not in NOT_ARGUMENTS:
            remedy = "it is an argument: move it to args"
            return self.document.problem(at, what, remedy=remedy, key=True)
        nearest = nearest_word(name, self.fields)
        remedy = "" if nearest else f"it has {', '.join(self.fields) or 'none'}"
        return self.document.problem(at, what, nearest=nearest, remedy=remedy, key=True)

    def args(self, given: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield arguments that the constructor does not take or that have the wrong type."""
        arguments = [p for p in self.parameters if p not in NOT_ARGUMENTS and p not in self.fields]
        for name, value in given.items():
            at = (*self.at, "args", name)
            if name in self.fields:
                what = f"{self.title} takes {name!r} as a setting"
                yield self.document.problem(at, what, remedy="move it to settings", key=True)
            elif name in arguments:
                yield from self._secret_or_fit(at, name, value, self.parameters[name])
            elif not self.takes_others or name in NOT_ARGUMENTS:
                nearest = nearest_word(name, arguments)
                what = f"{self.title} takes no argument {quoted(name)}"
                remedy = "" if nearest else "delete it"
                yield self.document.problem(at, what, nearest=nearest, remedy=remedy, key=True)

    def missing(self, given: set[str]) -> Iterator[Problem]:
        """Yield arguments that the constructor requires and that nobody gives."""
        known = given | NOT_ARGUMENTS - {"params"}
        required = [p for p in self.parameters.values() if p.required and p.name not in known]
        objects = [p.name for p in required if not accepts(p).writable]
        at = (*self.at, "use") if self.at[0] == "services" else self.at
        if objects:
            what = f"{self.title} wants a Python object ({', '.join(objects)})"
            remedy = "YAML cannot write it: use another one, or a class of your own"
            yield self.document.problem(at, what, remedy=remedy)
        elif required:
            names = ", ".join(parameter.name for parameter in required)
            key = "settings" if self.in_constructor else "args"
            remedy = f"add '{key}: {{{required[0].name}: …}}'"
            yield self.document.problem(at, f"{self.title} needs {names}", remedy=remedy)

    def _secret_or_fit(
        self, at: KeyPath, name: str, value: Any, parameter: source.Parameter
    ) -> Iterator[Problem]:
        wanted = accepts(parameter)
        secret = any(name.endswith(part) for part in _SECRET) or name in self.variables
        if secret and isinstance(value, str) and not env_names(value) and "text" in wanted.kinds:
            if any(name.endswith(part) for part in _SECRET):
                variable = self.variables.get(name, name.upper())
                remedy = f"write '${{{variable}}}' and set it in the environment"
                what = f"{name} holds a secret in clear"
                yield self.document.problem(at, what, remedy=remedy)
        elif not wanted.fits(value):
            yield self._misfit(at, name, value, wanted)

    def _misfit(self, at: KeyPath, name: str, value: Any, wanted: Accepts) -> Problem:
        if not wanted.writable:
            what = f"{name} takes a Python object ({', '.join(wanted.objects)})"
            remedy = "YAML cannot write it: leave it out, or use a class of your own"
            return self.document.problem(at, what, remedy=remedy)
        if isinstance(value, str) and wanted.words:
            nearest = nearest_word(value, wanted.words)
            what = f"{name} {quoted(value)} is unknown"
            return self.document.problem(at, what, nearest=nearest, remedy=f"use {wanted}")
        if value is None:
            what, remedy = f"{name} is empty", "write a value, or delete the key"
            return self.document.problem(at, what, remedy=remedy)
        what = f"{name} should be {wanted}, not {kind_of(value)}"
        quotes = "text" in wanted.kinds
        return self.document.problem(
            at, what, remedy="put it in quotes" if quotes else "change the value"
        )
