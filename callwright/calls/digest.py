"""One value for a whole call: what happened, when, and what was heard on either side.

Good for "twice on this machine": speech models may differ in the last bits between processors,
so a digest is compared with another of the same machine, never kept as a reference.
"""

import hashlib
from collections.abc import Iterable

from callwright.calls.events import Event
from callwright.calls.instants import lines


def digest(events: Iterable[Event], sounds: Iterable[bytes]) -> str:
    """SHA-256 (first 16 hexadecimal digits) over the events and the samples of both sides."""
    total = hashlib.sha256()
    for line in lines(events):
        total.update(line.encode())
    for pcm in sounds:
        total.update(hashlib.sha256(pcm).digest())
    return total.hexdigest()[:16]
