"""From two names to what a call needs: agent and stack, found, read, checked and resolved."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from callwright.declarations import places
from callwright.declarations.agent import Agent
from callwright.declarations.catalogue import ResolvedService
from callwright.declarations.checking import (
    agent_lacks,
    check_agent,
    check_stack,
    pair_problems,
    stack_lacks,
)
from callwright.declarations.errors import DeclarationError, InputError, Problem
from callwright.declarations.finding import find
from callwright.declarations.own_types import with_own_types
from callwright.declarations.stack import Stack
from callwright.declarations.templates import env_names, fill_env

DEFAULT_AGENT = "reception"


@dataclass(frozen=True, slots=True)
class Declared:
    """An agent on a stack, checked and resolved.

    Args:
        agent: What must happen.
        agent_path: Its file.
        stack: What the call is made of.
        stack_path: Its file.
        services: Every service of the stack by its role.
        env: The environment the two were checked against.
        agent_digest: SHA-256 of the agent file's bytes.
        stack_digest: SHA-256 of the stack file's bytes.
        handoff_to: Whom a caller is handed to, with the environment filled in.
    """

    agent: Agent
    agent_path: Path
    stack: Stack
    stack_path: Path
    services: dict[str, ResolvedService]
    env: Mapping[str, str] = field(repr=False)
    agent_digest: str
    stack_digest: str
    handoff_to: str | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        """The agent's folder, where its tools stand."""
        return self.agent_path.parent

    @property
    def cloud(self) -> dict[str, ResolvedService]:
        """The services that are somebody else's, by role; those of ``else`` as ``llm.1``."""
        return {
            f"{role}.{index}" if index else role: service
            for role, first in self.services.items()
            for index, service in enumerate([first, *first.otherwise])
            if service.env_names
        }

    @property
    def digest(self) -> str:
        """SHA-256 of both files."""
        return hashlib.sha256((self.agent_digest + self.stack_digest).encode()).hexdigest()


def load(
    agent: str | Path | None = None,
    stack: str | Path | None = None,
    *,
    env: Mapping[str, str] = os.environ,
    need_keys: bool = True,
) -> Declared:
    """Find, read and check an agent and a stack.

    Args:
        agent: Name or path of the agent; ``reception`` when None.
        stack: Name or path of the stack; the agent's own when None.
        env: The environment.
        need_keys: Whether missing variables and libraries are an error. Not where stand-ins
            answer; a missing ``${NAME}`` then stays as it is written.

    Raises:
        DeclarationError: Everything that is wrong with the two files.
        InputError: There is no such agent or stack.
    """
    agent_file = places.read(find("agent", agent or DEFAULT_AGENT))
    agent_model, problems = check_agent(agent_file)
    if need_keys:
        problems += agent_lacks(agent_file, env)
    stack_file = places.read(_stack_path(agent_file, stack, agent_model, problems))
    stack_model, services, more = check_stack(stack_file, env)
    problems += more
    if need_keys:
        problems += stack_lacks(stack_file, services, env)
    if agent_model and stack_model:
        problems += pair_problems(agent_model, stack_model, stack_file, services)
    if problems or agent_model is None or stack_model is None:
        raise DeclarationError(problems)
    agent_model = with_own_types(agent_model, agent_file)
    return Declared(
        agent_model,
        agent_file.path,
        stack_model,
        stack_file.path,
        services,
        env,
        hashlib.sha256(agent_file.raw).hexdigest(),
        hashlib.sha256(stack_file.raw).hexdigest(),
        _handoff_to(agent_model, env),
    )


def _handoff_to(agent: Agent, env: Mapping[str, str]) -> str | None:
    to = agent.handoff.to if agent.handoff else None
    known = {name: env.get(name) or f"${{{name}}}" for name in env_names(to)}
    return fill_env(to, known)


def _stack_path(
    agent_file: places.Document,
    stack: str | Path | None,
    agent: Agent | None,
    problems: list[Problem],
) -> Path:
    if stack:
        return find("stack", stack)
    if agent is None:
        raise DeclarationError(problems)
    try:
        return find("stack", agent.stack, near=agent_file.path.parent)
    except InputError as error:
        problem = agent_file.problem(["stack"], error.what, remedy=error.remedy)
        raise DeclarationError([*problems, problem]) from None
