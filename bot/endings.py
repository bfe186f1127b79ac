"""How a model ends a call or hands it over: two tools, run after the words that go with them."""

from typing import Any

from pipecat.adapters.llm.schemas.function_schema import FunctionSchema
from pipecat.frames.frames import EndWorkerFrame, FunctionCallResultProperties
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.llm_service import FunctionCallParams, LLMService

from callwright.conversation.machine import Conversation
from callwright.declarations.agent import Agent

END_CALL, HAND_OFF = "end_call", "hand_off"


def ending_schemas(agent: Agent) -> list[FunctionSchema]:
    """The tools that end a call, as a model sees them."""
    ways = {END_CALL: "Ends the call, once you have said goodbye."}
    if agent.handoff is not None:
        ways[HAND_OFF] = "Hands the caller to a human, once you have said so."
    return [
        FunctionSchema(name=name, description=what, properties={}, required=[])
        for name, what in ways.items()
    ]


def register_endings(llm: LLMService[Any], agent: Agent, conversation: Conversation) -> None:
    """Let a model end the call."""

    async def end(params: FunctionCallParams) -> None:
        conversation.model_ends(hands_off=params.function_name == HAND_OFF)
        quiet = FunctionCallResultProperties(run_llm=False)
        await params.result_callback({"ended": True}, properties=quiet)
        await params.llm.push_frame(EndWorkerFrame(), FrameDirection.UPSTREAM)

    for schema in ending_schemas(agent):
        llm.register_function(schema.name, end)
