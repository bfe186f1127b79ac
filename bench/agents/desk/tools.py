"""What the desk can do; every run is written down where `bench.promises` finds it."""

from typing import Any

from bench import ledger


def find_guest(full_name: str, pin: str) -> dict[str, Any]:
    """Look a guest up; a pin that ends in a nine is nobody's."""
    found = {"ok": False} if pin.endswith("9") else {"guest": 7}
    return ledger.ran("find_guest", {"full_name": full_name, "pin": pin}, found)


def price_of(room: str) -> dict[str, Any]:
    """Say what a room costs."""
    return ledger.ran("price_of", {"room": room}, {"price": 80 + int(room[-1])})


def book(full_name: str, room: str) -> dict[str, Any]:
    """Book a room."""
    return ledger.ran("book", {"full_name": full_name, "room": room}, {"reference": "4 7 1"})
