"""What the desk can do; every run is written down where `bench.promises` finds it."""

from typing import Any

from bench import ledger


def find_guest(full_name: str, pin: str, call: Any = None) -> dict[str, Any]:
    """Look a guest up; a pin that ends in a nine is nobody's."""
    found = {"guest": 7} if not pin.endswith("9") else {"ok": False}
    return ledger.ran("find_guest", {"full_name": full_name, "pin": pin}, found, call)


def price_of(room: str, call: Any = None) -> dict[str, Any]:
    """Say what a room costs."""
    return ledger.ran("price_of", {"room": room}, {"price": 80 + int(room[-1])}, call)


def book(full_name: str, room: str, call: Any = None) -> dict[str, Any]:
    """Book a room."""
    arguments = {"full_name": full_name, "room": room}
    return ledger.ran("book", arguments, {"reference": "4 7 1"}, call)
