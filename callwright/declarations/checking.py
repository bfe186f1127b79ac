"""Everything that is wrong with one declaration, found in one pass."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from callwright.declarations.agent import Agent, word_and_env_problems
from callwright.declarations.catalogue import ResolvedService
from callwright.declarations.checkpoints import checkpoint_problems, implied_needs
from callwright.declarations.errors import InputError, Problem, listed
from callwright.declarations.finding import find
from callwright.declarations.own_types import own_type_problems
from callwright.declarations.places import Document, KeyPath
from callwright.declarations.resolving import not_installed, resolve, step_problems
from callwright.declarations.shape import fit
from callwright.declarations.stack import ServiceUse, Stack, parsed_steps, path_problems
from callwright.declarations.steps import ROLES, Own
from callwright.declarations.templates import env_names, env_problems
from callwright.declarations.tools import tool_problems

# The model that does what the rules decide, and nothing else: it needs no guard.
BY_RULE = "embedded_llm"

_USE: TypeAdapter[ServiceUse] = TypeAdapter(ServiceUse)


def check_agent(document: Document) -> tuple[Agent | None, list[Problem]]:
    """Return an agent file as a model, and everything that is wrong with it."""
    agent, shape = fit(Agent, document)
    rest = [
        *word_and_env_problems(document),
        *checkpoint_problems(document),
        *tool_problems(document, implied_needs),
        *own_type_problems(document),
    ]
    return agent, [*document.duplicates, *shape, *_elsewhere(rest, shape)]


def check_stack_name(document: Document, agent: Agent) -> list[Problem]:
    """Return the problem of an agent whose own stack does not exist, if it is one."""
    try:
        find("stack", agent.stack, near=document.path.parent)
    except InputError as error:
        return [document.problem(["stack"], error.what, remedy=error.remedy)]
    return []


def agent_lacks(document: Document, env: Mapping[str, str]) -> list[Problem]:
    """Return the variables that an agent asks for and that are not set, in one problem."""
    at = ("handoff", "to")
    missing = [name for name in env_names(document.get(at)) if not env.get(name)]
    if not missing:
        return []
    what = f"handoff.to needs {listed(missing)}"
    return [document.problem(at, what, remedy="see .env.example")]


def check_stack(
    document: Document, env: Mapping[str, str]
) -> tuple[Stack | None, dict[str, ResolvedService], list[Problem]]:
    """Return a stack file as a model with its services, and everything that is wrong with it."""
    stack, shape = fit(Stack, document)
    rest = [*env_problems(document, _may_hold_variables), *path_problems(document)]
    services: dict[str, ResolvedService] = {}
    for role, use in _uses(document):
        resolved, wrong = resolve(role, use, document, env)
        rest += wrong
        if resolved:
            services[role] = resolved
    for index, step in enumerate(parsed_steps(document)):
        if isinstance(step, Own):
            rest += step_problems(index, step, document)
    return stack, services, [*document.duplicates, *shape, *_elsewhere(rest, shape)]


def pair_problems(
    agent: Agent, stack: Stack, document: Document, services: Mapping[str, ResolvedService]
) -> list[Problem]:
    """Return what a stack lacks to keep the steps of an agent, whatever its model does."""
    kept = [name for name, step in agent.checkpoints.items() if step.keep != "guide"]
    brain = services.get("llm")
    if not kept or (brain is not None and brain.use == BY_RULE):
        return []
    words = {step.step for step in stack.steps}
    lacking = [word for word in ("checkpoint_gate", "speech_guard") if word not in words]
    if stack.kind != "cascaded" and "ears" not in words:
        lacking.append("ears")
    if not lacking:
        return []
    what = f"the agent's {listed(kept)} cannot be kept here without {listed(lacking)}"
    return [document.problem(["steps"], what, remedy="add to steps; see docs/reference.md")]


def stack_lacks(
    document: Document, services: Mapping[str, ResolvedService], env: Mapping[str, str]
) -> list[Problem]:
    """Return what this machine lacks for a stack: libraries, and all variables in one problem."""
    everyone = list(_with_alternatives(services))
    problems = [p for at, one in everyone for p in not_installed(one.role, one.use, document, at)]
    needs: dict[str, KeyPath] = {}
    for at, service in everyone:
        if missing := [name for name in service.env_names if not env.get(name)]:
            needs.setdefault(f"{service.role} {service.use!r} needs {listed(missing)}", at)
    if needs:
        at = next(iter(needs.values()))
        problems.append(document.problem(at, ", ".join(needs), remedy="see .env.example"))
    return problems


def _with_alternatives(
    services: Mapping[str, ResolvedService],
) -> Iterator[tuple[KeyPath, ResolvedService]]:
    """Yield every service with the place of its name."""
    for role, service in services.items():
        yield ("services", role, "use"), service
        for index, other in enumerate(service.otherwise):
            yield ("services", role, "else", index, "use"), other


def _may_hold_variables(at: KeyPath) -> bool:
    inside = at[4:] if at[2:3] == ("else",) else at[2:]
    return len(inside) > 1 and at[0] == "services" and inside[0] in ("settings", "args")


def _uses(document: Document) -> Iterator[tuple[str, ServiceUse]]:
    declared = document.get(["services"])
    for role, raw in declared.items() if isinstance(declared, dict) else ():
        if role in ROLES:
            try:
                yield role, _USE.validate_python(raw)
            except ValidationError:
                continue


def _elsewhere(problems: Sequence[Problem], shape: Sequence[Problem]) -> list[Problem]:
    """Leave out what stands where the shape is already wrong: it would only follow from it."""
    taken = {(problem.line, problem.col) for problem in shape}
    return [problem for problem in problems if (problem.line, problem.col) not in taken]
