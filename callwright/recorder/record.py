"""An open call folder: marked as running from its first moment, whole when it is closed."""

from pathlib import Path
from typing import Any

from callwright.calls.folder import write_meta
from callwright.recorder.writer import FolderWriter


class OpenRecord:
    """A call's folder while the call runs. Every method blocks for the disk.

    Args:
        folder: An existing folder.
        meta: What `call.yaml` says from the beginning.
        user_rate: Rate of the caller's sound, Hz.
        bot_rate: Rate of the bot's sound, Hz.
        sound: Whether both sides' sound is kept.
    """

    def __init__(
        self,
        folder: Path,
        meta: dict[str, Any],
        *,
        user_rate: int,
        bot_rate: int,
        sound: bool = True,
    ) -> None:
        self.folder = folder
        self.meta = meta
        write_meta(folder, meta | {"state": "running"})
        self.writer = FolderWriter(folder, user_rate=user_rate, bot_rate=bot_rate, sound=sound)

    def close(self, seconds: float, outcome: str, reason: str) -> None:
        """Write everything down; a disk that fails leaves the folder marked as cut off."""
        self.writer.close(seconds)
        if self.writer.failure is None:
            ended = {"outcome": outcome, "reason": reason, "seconds": round(seconds, 3)}
            write_meta(self.folder, self.meta | ended | {"state": "ended"})
