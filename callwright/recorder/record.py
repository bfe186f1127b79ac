"""An open call folder: marked as running from its first moment, whole when it is closed."""

from pathlib import Path
from typing import Any

from loguru import logger

from callwright.calls.folder import CALL_YAML, write_meta
from callwright.recorder.writer import FolderWriter, OpenFile, opened


class OpenRecord:
    """A call's folder while the call runs. Every method blocks for the disk.

    Args:
        folder: An existing folder.
        meta: What `call.yaml` says from the beginning.
        user_rate: Rate of the caller's sound, Hz.
        bot_rate: Rate of the bot's sound, Hz.
        sound: Whether both sides' sound is kept.
        open_file: Opens each of its larger files.
    """

    def __init__(
        self,
        folder: Path,
        meta: dict[str, Any],
        *,
        user_rate: int,
        bot_rate: int,
        sound: bool = True,
        open_file: OpenFile = opened,
    ) -> None:
        self.folder = folder
        self.meta = meta
        self._unwritten = ""
        self._write(meta | {"state": "running"})
        self.writer = FolderWriter(
            folder, user_rate=user_rate, bot_rate=bot_rate, sound=sound, open_file=open_file
        )

    @property
    def lost(self) -> dict[str, str]:
        """What is missing of which file, and why."""
        unwritten = {CALL_YAML: self._unwritten} if self._unwritten else {}
        return self.writer.lost | unwritten

    def close(self, seconds: float, outcome: str, reason: str) -> None:
        """Write everything down, and what could not be.

        A disk that does not even take that leaves the folder marked as cut off, or without a mark.
        """
        self.writer.close(seconds)
        ended: dict[str, Any] = {"outcome": outcome, "reason": reason, "seconds": round(seconds, 3)}
        if self.writer.lost:
            ended["lost"] = self.writer.lost
        self._write(self.meta | ended | {"state": "ended"})

    def _write(self, meta: dict[str, Any]) -> None:
        try:
            write_meta(self.folder, meta)
        except OSError as error:
            self._unwritten = f"that the call is {meta['state']} ({error.strerror or error})"
            logger.error(f"the call goes on, but {self.folder / CALL_YAML} cannot be: {error}")
