"""What the rules of a call have changed, as events for its record."""

from callwright.calls import events as ev
from callwright.conversation.changes import Change, CheckpointChange, EntityChange, ReadBackHeard
from callwright.conversation.machine import Conversation
from processors.frames import NoteFrame


def notes(conversation: Conversation) -> list[NoteFrame]:
    """Return a frame for everything that has changed since they were last asked for."""
    return [NoteFrame(_event(change)) for change in conversation.changes()]


def _event(change: Change) -> ev.Event:
    match change:
        case EntityChange(name=name, now=now):
            return ev.EntityChanged(
                entity=name, value=now.value, status=now.status, heard=now.heard
            )
        case ReadBackHeard(name=name, value=value):
            return ev.ReadBack(entity=name, value=value)
        case CheckpointChange(name=name, now=now):
            return ev.CheckpointChanged(
                checkpoint=name,
                status=now.status,
                reason=now.why,
                attempts=now.attempts,
                statement_heard=now.heard is not None,
            )
