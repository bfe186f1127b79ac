"""Where the facts of a call stand: which count, and which still have to be confirmed."""

from .plan import Plan
from .state import State


def needs_confirmation(state: State, plan: Plan, name: str) -> bool:
    """Whether a value has to be read back before it counts."""
    return plan.entities[name].confirm != "none" or name in state.doubtful


def settled(state: State, plan: Plan, name: str) -> bool:
    """Whether nothing more has to be asked about an entity."""
    known = state.entities[name]
    if known.status == "confirmed":
        return True
    return known.status == "captured" and not needs_confirmation(state, plan, name)


def values(state: State, names: tuple[str, ...]) -> dict[str, str]:
    """Return the values of those of `names` that have one."""
    known = {name: state.entities[name].value for name in names}
    return {name: value for name, value in known.items() if value is not None}


def missing(state: State, plan: Plan) -> list[str]:
    """Return the required entities that do not count yet; a step's own are the step's business."""
    own = plan.own
    return [
        name
        for name, entity in plan.entities.items()
        if not entity.optional and name not in own and not settled(state, plan, name)
    ]
