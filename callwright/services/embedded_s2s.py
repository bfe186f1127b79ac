"""Speech to speech on this machine: Pipecat's OpenAI Realtime service, and who answers it.

The protocol is the real one, over a websocket on loopback; behind it a stand-in hears with the
embedded ear, decides by the rules of the call and speaks with the embedded voice. So an agent can
be tried on this architecture without a key, with everything the protocol brings.
"""

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMSettings

from callwright.conversation import Plan
from callwright.emulators.dialogue_mind import DialogueMind
from callwright.emulators.listeners import LocalListener
from callwright.emulators.realtime import OpenAIRealtime
from callwright.emulators.standin import Scene, serving
from callwright.emulators.voices import LocalVoice
from callwright.engines.language import Models
from callwright.services.realtime_guided import GuidedSession

_HERE = "127.0.0.1"


class EmbeddedRealtimeService(GuidedSession):
    """A speech-to-speech model that is none: the embedded engines behind the realtime protocol.

    Args:
        plan: What the call has to achieve.
        models: Language models, built before the call.
        question: Names the question in the air, for the ear.
        settings: As of the service it is.

    Attributes:
        scene: What its stand-in plays, and was sent.
    """

    Settings = OpenAIRealtimeLLMSettings
    languages = ("en",)

    def __init__(
        self,
        *,
        plan: Plan,
        models: Models,
        question: Callable[[], str | None],
        settings: OpenAIRealtimeLLMSettings | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(api_key="none", settings=settings, **kwargs)
        today = datetime.fromtimestamp(time.time(), UTC).date()
        self.scene = Scene(
            listen=lambda: LocalListener(models, question),
            mind=DialogueMind(plan, today),
            voice=LocalVoice(),
        )
        self._served = AsyncExitStack()

    async def setup(self, setup: FrameProcessorSetup) -> None:
        """Start the stand-in, then connect to it as to any provider."""
        standin = OpenAIRealtime(self.scene)
        port = await self._served.enter_async_context(serving(standin, _HERE))
        model = self.base_url.partition("?")[2]
        self.base_url = f"ws://{_HERE}:{port}/v1/realtime?{model}"
        await super().setup(setup)

    async def cleanup(self) -> None:
        """Disconnect, then stop the stand-in."""
        await super().cleanup()
        await self._served.aclose()
