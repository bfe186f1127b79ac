"""What the receptionist can do."""

import zlib

MESSAGES: list[dict[str, str]] = []


def take_message(full_name: str, reason: str, callback_number: str) -> dict[str, str]:
    """Keep a message for the front desk.

    Args:
        full_name: Who called.
        reason: What about.
        callback_number: Where to call back, E.164.

    Returns:
        The message's reference: four digits, the same for the same message.
    """
    words = "\n".join((full_name, reason, callback_number))
    reference = f"{zlib.crc32(words.encode()) % 10_000:04d}"
    MESSAGES.append(
        {
            "reference": reference,
            "full_name": full_name,
            "reason": reason,
            "callback_number": callback_number,
        }
    )
    return {"reference": reference}
