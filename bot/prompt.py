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
        _tools(agent),
        _end(agent),
    ]
    return "\n\n".join(part for part in parts if part)


def greeting_request(greeting: str) -> str:
    """What asks a model that speaks by itself for the first words."""
    return f"The caller is on the line. Greet them with exactly these words: {greeting}"


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


def _tools(agent: Agent) -> str:
    lines: list[str] = []
    for name, tool in agent.tools.items():
        needs = f" once you have {', '.join(tool.needs)}" if tool.needs else ""
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
