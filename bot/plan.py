"""What an agent declares, as the rules of a call and the embedded ear understand it."""

from callwright.conversation.entities import EntityBase, YesNo
from callwright.conversation.expectation import Expectation
from callwright.conversation.plan import CheckpointPlan, HandoffPlan, Plan, ToolPlan
from callwright.declarations.agent import Agent, Uncertain
from callwright.declarations.checkpoints import Checkpoint
from callwright.engines.language import LanguageRequest


def plan_of(agent: Agent) -> Plan:
    """The plan of a call with this agent."""
    tools = {
        name: ToolPlan(
            needs=tuple(tool.needs) or _verified_needs(agent, name),
            after=tuple(tool.after),
            say=tool.say or "",
            on_failure=tool.on_failure or "",
            on_refusal=tool.on_refusal or "",
            description=tool.description or "",
        )
        for name, tool in agent.tools.items()
    }
    return Plan(
        greeting=agent.greeting or "",
        closing=agent.closing or "",
        persona=agent.persona or "",
        entities=all_entities(agent),
        checkpoints={name: _checkpoint(step, agent) for name, step in agent.checkpoints.items()},
        tools=tools,
        handoff=_handoff(agent),
        silence=agent.silence.after,
        silences=agent.silence.times,
        languages=tuple(agent.languages),
        region=agent.region,
        currency=agent.currency,
    )


def all_entities(agent: Agent) -> dict[str, EntityBase]:
    """The agent's entities, and behind them those that belong to a step alone."""
    own = {name: entity for step in agent.checkpoints.values() for name, entity in step.own.items()}
    return {**agent.entities, **own}


def _verified_needs(agent: Agent, tool: str) -> tuple[str, ...]:
    steps = agent.checkpoints.values()
    return next((tuple(step.needs) for step in steps if step.verify == tool), ())


def _checkpoint(step: Checkpoint, agent: Agent) -> CheckpointPlan:
    # A question that only has to be put is a statement that ends in a question mark.
    put = step.ask or "" if not step.needs else ""
    failed = "handoff" if agent.handoff is not None else "end"
    return CheckpointPlan(
        say=" ".join(part for part in (step.say or "", put) if part),
        needs=tuple(step.needs),
        wanted={n: "yes" if isinstance(own, YesNo) else "" for n, own in step.own.items()},
        verify=step.verify,
        after=tuple(step.after),
        attempts=step.attempts or (3 if step.verify else 1),
        on_failure=step.on_failure or failed,
        keep=step.keep,
    )


def language_request(agent: Agent) -> LanguageRequest:
    """What a caller of this agent may say."""
    expectations = tuple(
        Expectation(
            name=name,
            type=getattr(entity, "type", "text"),
            values=tuple(getattr(entity, "values", ())),
            examples=tuple(entity.examples),
            entity=entity,
        )
        for name, entity in all_entities(agent).items()
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
