"""Frames of our own: notes for the call's record, seen by observers and by nobody else."""

from dataclasses import dataclass

from pipecat.frames.frames import SystemFrame

from callwright.calls.events import Event


@dataclass
class NoteFrame(SystemFrame):
    """Something for the record that no Pipecat frame says: a decision, a reason, a fact.

    Args:
        event: What happened; its time is set when the frame is first pushed.
    """

    event: Event
