"""What is being done for a caller who waits for an answer."""

import asyncio
import math
from collections import Counter
from dataclasses import dataclass, field

from callwright.calls import events as ev

# Words that are so new to the voice need not be given up yet.
JUST_SECONDS = 1.0


@dataclass(slots=True)
class Work:
    """What is being done for the caller since the turn began.

    Args:
        tools: How many run, by name.
        refused: Calls of tools that were not let run.
        progress: Whether another model has taken over, or a tool came back, and nobody was asked to
            wait since: the answer is late, and on its way.
        came_back: Whether a tool did so since the agent's last words, behind which it ran.
        lost: Whether nobody is left who could take over.
        worded: Whether words are on their way to the voice: patience would be asked for after them.
        worded_at: Since when, on the loop's clock.
    """

    tools: Counter[str] = field(default_factory=Counter[str])
    refused: set[str] = field(default_factory=set[str])
    progress: bool = False
    came_back: bool = False
    lost: bool = False
    worded: bool = False
    worded_at: float = -math.inf

    @property
    def just_worded(self) -> bool:
        """Whether words went to the voice so lately that they may be heard at any moment."""
        return self.worded and asyncio.get_running_loop().time() - self.worded_at < JUST_SECONDS

    def word(self) -> None:
        """Words are on their way to the voice."""
        self.worded, self.worded_at = True, asyncio.get_running_loop().time()

    def goes_on(self, *, answered: bool) -> bool:
        """Whether an answer is being made; or more of it, where something of it was heard."""
        if self.worded or self.lost:
            return False
        return self.tools.total() > 0 or (self.came_back if answered else self.progress)

    def notice(self, event: ev.Event) -> None:
        """Follow the call; runs on the event loop."""
        match event:
            case ev.SwitchedOver(role="llm" | "s2s"):
                # What the one that was left has begun, comes to nothing.
                self.tools.clear()
                self.progress, self.lost, self.worded = True, False, False
            case ev.Trouble(where="LLMFailover" | "S2SFailover"):
                self.progress, self.lost = False, True
            case ev.ToolStarted(tool=tool):
                self.tools[tool] += 1
                self.lost = False
            case ev.ToolRefused(call=call):
                self.refused.add(call)
            case ev.ToolReturned(tool=tool, call=call) if call:
                # Without a call it is one of an earlier turn, which was left to finish.
                if call not in self.refused:
                    self.tools[tool] = max(0, self.tools[tool] - 1)
                self.progress = self.came_back = True
            case ev.Saying():
                self.word()
            case _:
                pass
