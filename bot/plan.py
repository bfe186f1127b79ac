"""What an agent declares, as the rules of a call and the embedded ear understand it."""

from callwright.conversation.expectation import Expectation
from callwright.conversation.plan import HandoffPlan, Plan, ToolPlan
from callwright.declarations.agent import Agent, Uncertain
from callwright.engines.language import LanguageRequest


def plan_of(agent: Agent) -> Plan:
    """The plan of a call with this agent."""
    tools = {
        name: ToolPlan(
            needs=tuple(tool.needs),
            say=tool.say or "",
            on_failure=tool.on_failure or "",
            description=tool.description or "",
        )
        for name, tool in agent.tools.items()
    }
    return Plan(
        greeting=agent.greeting or "",
        closing=agent.closing or "",
        persona=agent.persona or "",
        entities=agent.entities,
        tools=tools,
        handoff=_handoff(agent),
        silence=agent.silence.after,
        silences=agent.silence.times,
        languages=tuple(agent.languages),
        region=agent.region,
        currency=agent.currency,
    )


def language_request(agent: Agent) -> LanguageRequest:
    """What a caller of this agent may say."""
    expectations = tuple(
        Expectation(
            name=name,
            type=entity.type,
            values=tuple(getattr(entity, "values", ())),
            examples=tuple(entity.examples),
            entity=entity,
        )
        for name, entity in agent.entities.items()
    )
    return LanguageRequest(expectations, tuple(agent.vocabulary))


def _handoff(agent: Agent) -> HandoffPlan | None:
    if agent.handoff is None:
        return None
    words = frozenset(when for when in agent.handoff.when if isinstance(when, str))
    uncertain = [when.uncertain for when in agent.handoff.when if isinstance(when, Uncertain)]
    return HandoffPlan(
        when=words, uncertain=min(uncertain, default=None), say=agent.handoff.say or ""
    )
