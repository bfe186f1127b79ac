"""The tools of this caller's agent."""


def find(full_name: str, callback_number: str) -> dict[str, bool]:
    """Find everybody."""
    return {"found": bool(full_name and callback_number)}


def leave(full_name: str, callback_number: str) -> dict[str, str]:
    """Note a call back, under a number of its own."""
    return {"reference": f"{full_name[:1]}{callback_number[-4:]}".upper()}
