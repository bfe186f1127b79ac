"""The rules of a call, pure: what is wanted, what was heard, what to do next."""

from .decisions import Decision
from .expectation import Expectation
from .machine import Conversation
from .plan import CheckpointPlan, HandoffPlan, Plan, ToolPlan
from .state import CheckpointState, EntityState, Outcome

__all__ = [
    "CheckpointPlan",
    "CheckpointState",
    "Conversation",
    "Decision",
    "EntityState",
    "Expectation",
    "HandoffPlan",
    "Outcome",
    "Plan",
    "ToolPlan",
]
