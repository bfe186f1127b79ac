"""What the kiosk can do; every run is written down where `bench.promises` finds it."""

from typing import Any

from bench import ledger


def find_guest(pin: str) -> dict[str, Any] | None:
    """Look a guest up; a pin that ends in a nine is nobody's."""
    return ledger.ran("find_guest", {"pin": pin}, None if pin.endswith("9") else {"guest": 7})


def open_door(pin: str) -> dict[str, Any]:
    """Let the guest in; for a pin that ends in an eight the door is stuck."""
    ledger.ran("open_door", {"pin": pin}, {})
    if pin.endswith("8"):
        raise OSError("the door is stuck")
    return {"opened": True}
