"""What has changed in a call since somebody last looked, for its record."""

from dataclasses import dataclass

from .state import CheckpointState, EntityState, State


@dataclass(frozen=True, slots=True)
class EntityChange:
    """A fact is new, confirmed, rejected or gone."""

    name: str
    now: EntityState


@dataclass(frozen=True, slots=True)
class ReadBackHeard:
    """The caller has heard a value of an entity that has not been confirmed."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CheckpointChange:
    """A step has come further, failed, or expired."""

    name: str
    now: CheckpointState


Change = EntityChange | ReadBackHeard | CheckpointChange


class Changes:
    """Compares a call with how it stood before.

    Args:
        state: How it stands at the beginning.
    """

    def __init__(self, state: State) -> None:
        self._entities = dict(state.entities)
        self._steps = dict(state.checkpoints)
        self._read_back = dict(state.read_back)

    def since(self, state: State) -> list[Change]:
        """Return what is different from the last time, facts before steps."""
        found: list[Change] = [
            EntityChange(name, now)
            for name, now in state.entities.items()
            if now != self._entities.get(name)
        ]
        found += [
            ReadBackHeard(name, value)
            for name, value in state.read_back.items()
            if value != self._read_back.get(name) and state.entities[name].value == value
        ]
        found += [
            CheckpointChange(name, now)
            for name, now in state.checkpoints.items()
            if _shown(now) != _shown(self._steps[name])
        ]
        self._entities, self._steps = dict(state.entities), dict(state.checkpoints)
        self._read_back = dict(state.read_back)
        return found


def _shown(step: CheckpointState) -> tuple[object, ...]:
    return step.status, step.attempts, step.heard
