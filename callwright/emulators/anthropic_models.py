"""Anthropic's list of models, for clients that look before they ask.

``GET /v1/models`` and ``GET /v1/models/{model_id}`` as published on 2026-11-20. What is listed is
a choice: stand-ins answer under any name that looks like one of the provider's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_LISTED = ("claude-opus-5", "claude-sonnet-5", "claude-haiku-4-5")
_USUAL_LIMIT = 20


def described(name: str) -> dict[str, Any]:
    """A model as the provider describes it."""
    return {
        "type": "model",
        "id": name,
        "display_name": name.replace("-", " ").title(),
        # The provider's own mark for a date that is unknown.
        "created_at": "1970-01-01T00:00:00Z",
        "lifecycle": "active",
    }


def page(query: Mapping[str, str]) -> dict[str, Any]:
    """One page of the list.

    Args:
        query: ``limit``, and ``after_id`` or ``before_id``.
    """
    names: Sequence[str] = _LISTED
    after, before = query.get("after_id"), query.get("before_id")
    if after in names:
        names = names[names.index(after) + 1 :]
    if before in names:
        names = names[: names.index(before)]
    limit = query.get("limit", "")
    shown = names[: int(limit) if limit.isdecimal() else _USUAL_LIMIT]
    return {
        "data": [described(name) for name in shown],
        "has_more": len(shown) < len(names),
        "first_id": shown[0] if shown else None,
        "last_id": shown[-1] if shown else None,
    }
