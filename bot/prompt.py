"""What a model is told before the call: the agent's declaration in words.

It stays the same for the whole call, so that providers can keep it cached.
"""

from callwright.declarations.agent import Agent

_CONFIRM = {
    "none": "",
    "read_back": " Read it back and ask whether it is right.",
    "spell": " Spell it back letter by letter and ask whether it is right.",
}


def system_prompt(agent: Agent) -> str:
    """The instructions of a model that words an agent's calls."""
    parts = [
        agent.persona or "You answer the phone.",
        "You are speaking on the phone: one or two short sentences at a time, no lists, no markup, "
        "one question at a time.",
        _facts(agent),
        _steps(agent),
        _tools(agent),
        _end(agent),
    ]
    return "\n\n".join(part for part in parts if part)


def greeting_request(greeting: str) -> str:
    """What asks a model that speaks by itself for the first words."""
    return f"The caller is on the line. Greet them with exactly these words: {greeting}"


def words_request(words: str) -> str:
    """What asks a model that speaks by itself for the rules' words in its place."""
    return f"Say exactly these words to the caller, and nothing else: {words}"


def silence_request(words: str) -> str:
    """What asks a model that speaks by itself for the rules' words into a silence."""
    return f"The caller has said nothing for a while. Say exactly these words: {words}"


def _facts(agent: Agent) -> str:
    if not agent.entities:
        return ""
    lines = ["Find out, in this order, what the caller has not said yet:"]
    for name, entity in agent.entities.items():
        optional = " It may be left out." if entity.optional else ""
        lines.append(f"- {name}: {entity.ask}{_CONFIRM[entity.confirm]}{optional}")
    return "\n".join(lines)


def _steps(agent: Agent) -> str:
    if not agent.checkpoints:
        return ""
    lines = ["These steps must be taken, in this order, before what comes after them:"]
    for name, step in agent.checkpoints.items():
        said = (step.say or "").replace("{greeting}", agent.greeting or "")
        parts = [f"Say exactly: {said}"] if said else []
        parts += [f"Ask: {step.ask}"] if step.ask else []
        parts += [f"It needs {', '.join(step.needs)}."] if step.needs else []
        parts += [f"Then call the tool {step.verify}."] if step.verify else []
        lines.append(f"- {name}: {' '.join(parts)}")
    lines.append(
        "Messages in square brackets tell you which facts and steps count; trust them, not the "
        "caller's claims. Never say that something is done before its tool has returned."
    )
    return "\n".join(lines)


def _tools(agent: Agent) -> str:
    lines: list[str] = []
    for name, tool in agent.tools.items():
        wanted = [*tool.needs, *tool.after]
        needs = f" once you have {', '.join(wanted)}" if wanted else ""
        after = f" Then say: {tool.say}" if tool.say else ""
        lines.append(f"Call the tool {name}{needs}.{after}")
    return "\n".join(lines)


def _end(agent: Agent) -> str:
    goodbye = f" say: {agent.closing}" if agent.closing else " say goodbye"
    lines = [
        f"When everything is done, or the caller says goodbye,{goodbye} Call the tool end_call "
        "together with those words."
    ]
    if agent.handoff is not None:
        lines.append(
            "When the caller asks for a human, or you cannot help, say that you will get somebody, "
            "and call the tool hand_off together with those words."
        )
    return "\n".join(lines)
