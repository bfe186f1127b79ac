"""What a client's event may hold, as data: rules that pass a value or refuse it with its place.

The realtime protocol answers a field it does not know, or a value it cannot take, with an ``error``
event that names the field. A rule takes the value and the field's path; rules combine.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rule = Callable[[Any, str], None]


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """A client's event that is not accepted.

    Args:
        message: What is wrong, for people.
        code: The provider's code; None where it gives none.
        param: The field at fault; None where it names none.
        kind: The provider's class of errors.
    """

    message: str
    code: str | None = None
    param: str | None = None
    kind: str = "invalid_request_error"


_NAMED: dict[type, str] = {
    str: "a string",
    int: "an integer",
    float: "a decimal",
    bool: "a boolean",
    list: "an array",
    dict: "an object",
}


def anything(value: Any, at: str) -> None:
    """Pass whatever comes."""


def of_type(kind: type | tuple[type, ...], called: str) -> Rule:
    """Pass values of a type; a boolean is no number."""

    def rule(value: Any, at: str) -> None:
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            got = _NAMED.get(type(value), "null")
            raise Refused(
                f"Invalid type for '{at}': expected {called}, but got {got} instead.",
                "invalid_type",
                at,
            )

    return rule


text = of_type(str, "a string")
flag = of_type(bool, "a boolean")
mapping = of_type(Mapping, "an object")


def number(low: float, high: float, *, whole: bool = False) -> Rule:
    """Pass numbers from ``low`` to ``high``, both included."""
    typed = of_type(int if whole else (int, float), "an integer" if whole else "a decimal")
    name = "integer" if whole else "decimal"

    def rule(value: Any, at: str) -> None:
        typed(value, at)
        if value < low:
            wrong, limit, code = "below minimum", f">= {low}", "below_min_value"
        elif value > high:
            wrong, limit, code = "above maximum", f"<= {high}", "above_max_value"
        else:
            return
        raise Refused(
            f"Invalid '{at}': {name} {wrong} value. Expected a value {limit}, but got {value}.",
            f"{name}_{code}",
            at,
        )

    return rule


def one_of(*allowed: str) -> Rule:
    """Pass one of these words."""

    def rule(value: Any, at: str) -> None:
        if value not in allowed:
            known = ", ".join(f"'{word}'" for word in allowed)
            raise Refused(
                f"Invalid value: '{value}'. Supported values are: {known}.", "invalid_value", at
            )

    return rule


def nullable(rule: Rule) -> Rule:
    """Pass null too."""
    return lambda value, at: None if value is None else rule(value, at)


def either(word: str, rule: Rule) -> Rule:
    """Pass this word, or what the rule passes."""
    return lambda value, at: None if value == word else rule(value, at)


def listed(rule: Rule) -> Rule:
    """Pass lists whose every member the rule passes."""

    def check(value: Any, at: str) -> None:
        of_type(list, "an array")(value, at)
        for index, member in enumerate(value):
            rule(member, f"{at}[{index}]")

    return check


def record(required: Sequence[str] = (), **fields: Rule) -> Rule:
    """Pass objects of these fields, no others, with the required ones present."""

    def check(value: Any, at: str) -> None:
        mapping(value, at or "event")
        for name in value:
            if name not in fields:
                place = f"{at}.{name}" if at else name
                raise Refused(f"Unknown parameter: '{place}'.", "unknown_parameter", place)
        for name in required:
            if name not in value:
                place = f"{at}.{name}" if at else name
                raise Refused(
                    f"Missing required parameter: '{place}'.", "missing_required_parameter", place
                )
        for name, member in value.items():
            fields[name](member, f"{at}.{name}" if at else name)

    return check


def tagged(**rules: Rule) -> Rule:
    """Pass objects by the rule that their ``type`` names; a key's ``__`` stands for a slash."""
    by_type = {name.replace("__", "/"): rule for name, rule in rules.items()}

    def check(value: Any, at: str) -> None:
        mapping(value, at)
        if "type" not in value:
            raise Refused(
                f"Missing required parameter: '{at}.type'.",
                "missing_required_parameter",
                f"{at}.type",
            )
        one_of(*by_type)(value["type"], f"{at}.type")
        by_type[value["type"]](value, at)

    return check


def sound(written: str, at: str) -> bytes:
    """Sound as JSON carries it.

    Raises:
        Refused: It is not base64.
    """
    try:
        return base64.b64decode(written, validate=True)
    except binascii.Error as error:
        raise Refused(
            f"Invalid '{at}'. Expected base64-encoded audio bytes.", "invalid_value", at
        ) from error
