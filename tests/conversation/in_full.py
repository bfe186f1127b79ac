"""A call for tests of the rules alone: whatever the bot decides is heard at once and in full."""

from callwright.conversation import Conversation, Decision
from callwright.engines.dialogue import word


class InFull(Conversation):
    """Says every decision aloud before it is returned."""

    def greeting(self) -> Decision:
        return self._heard(super().greeting())

    def decide(self) -> Decision:
        return self._heard(super().decide())

    def caller_silent(self) -> Decision:
        return self._heard(super().caller_silent())

    def not_understood(self) -> Decision:
        return self._heard(super().not_understood())

    def _heard(self, decision: Decision) -> Decision:
        self.bot_said(word(decision, self.plan, self))
        return decision
