"""From a service's declaration to what has to be imported and called, checked without importing."""

from collections.abc import Mapping
from dataclasses import replace

from callwright.declarations import catalogue, extras, source
from callwright.declarations.arguments import Check
from callwright.declarations.catalogue import ResolvedService, Service
from callwright.declarations.errors import Problem, listed, nearest_word, quoted, shown
from callwright.declarations.places import Document, KeyPath
from callwright.declarations.stack import Alternative, ServiceUse
from callwright.declarations.steps import SERVED_BY, Own
from callwright.declarations.templates import env_names, fill_env

# Roles whose services can take over from each other in a call.
SWITCHED = ("stt", "ears", "llm", "s2s", "tts")

_VAD_SETTINGS = ("pipecat.audio.vad.vad_analyzer", "VADParams")


def resolve(
    role: str, use: ServiceUse, document: Document, env: Mapping[str, str]
) -> tuple[ResolvedService | None, list[Problem]]:
    """Find a declared service with those that may take over, and check what they are given.

    Args:
        role: Its role in the stack.
        use: Its declaration.
        document: The stack file, for places.
        env: The environment; a variable that is missing stays as ``${NAME}``.
    """
    at = ("services", role)
    first, problems = _resolve(role, use, document, env, at)
    others: list[ResolvedService] = []
    for index, other in enumerate(use.otherwise or ()):
        resolved, wrong = _resolve(role, other, document, env, (*at, "else", index))
        problems += wrong
        others += [resolved] if resolved else []
    problems += _failover_problems(role, use, document)
    if first is None:
        return None, problems
    return replace(first, otherwise=tuple(others), within=use.within), problems


def _failover_problems(role: str, use: ServiceUse, document: Document) -> list[Problem]:
    at = ("services", role)
    if use.otherwise and role not in SWITCHED:
        what = f"there is no 'else' for the role {role!r}"
        remedy = f"delete it; {listed(SWITCHED)} can have one"
        return [document.problem((*at, "else"), what, remedy=remedy, key=True)]
    if use.within is not None and not use.otherwise:
        what = f"'within' in services.{role} has no effect without 'else'"
        return [
            document.problem((*at, "within"), what, remedy="delete it, or add 'else'", key=True)
        ]
    return []


def _resolve(
    role: str, use: Alternative, document: Document, env: Mapping[str, str], at: KeyPath
) -> tuple[ResolvedService | None, list[Problem]]:
    service = _service(role, use.use, document, (*at, "use"))
    if isinstance(service, Problem):
        return None, [service]
    found = _class(service.module, service.cls_name, document, (*at, "use"))
    if isinstance(found, Problem):
        return None, [found]
    title = f"{role} {use.use!r}"
    check = Check(document, at, title, found, _setting_fields(role, found), service.keys)
    keys = _keys(service, use, check.parameters, env)
    inside = set(use.settings) if check.in_constructor else set[str]()
    problems = [
        *check.settings(use.settings),
        *check.args(use.args),
        *check.missing({*use.args, *inside, *keys}),
    ]
    names = [*keys.values(), *env_names(use.args), *env_names(use.settings)]
    known = {name: env.get(name) or f"${{{name}}}" for name in names}
    resolved = ResolvedService(
        role,
        use.use,
        service.module,
        service.cls_name,
        fill_env(use.settings, known),
        fill_env(use.args, known),
        keys,
        tuple(known),
    )
    return resolved, problems


def step_problems(index: int, step: Own, document: Document) -> list[Problem]:
    """Return what is wrong with the user's own processor in a path."""
    module, _, cls_name = step.step.partition(":")
    at = ("steps", index)
    found = _class(module, cls_name, document, at)
    if isinstance(found, Problem):
        return [found]
    check = Check(document, at, f"the step {step.step!r}", found, None, {})
    return [*check.settings(step.settings), *check.missing(set(step.settings))]


def not_installed(
    role: str, use: str, document: Document, at: KeyPath | None = None
) -> list[Problem]:
    """Return the problem of a service whose library is missing, if it is."""
    service = catalogue.find(use) if ":" not in use else None
    missing = [extra for extra in service.extras if not _has(service, extra)] if service else []
    if service is None or not missing:
        return []
    what = f"{role} {use!r} is not installed"
    remedy = extras.hint(",".join(missing), service.distribution)
    return [document.problem(at or ("services", role, "use"), what, remedy=remedy)]


def is_installed(service: Service) -> bool:
    """Tell whether the library behind a service is there."""
    return all(_has(service, extra) for extra in service.extras)


def _has(service: Service, extra: str) -> bool:
    return extras.installed(extra, service.distribution)


def _service(role: str, use: str, document: Document, at: KeyPath) -> Service | Problem:
    """Return what a name of the catalogue or a ``module:Class`` stands for, if it fits the role."""
    if ":" in use:
        module, _, cls_name = use.partition(":")
        return Service(use, role, module, cls_name, use, kind="local", required=())
    service = catalogue.find(use)
    kind = SERVED_BY.get(role, role)
    if service is None:
        services = catalogue.services()
        names = [name for name, service in services.items() if service.role == kind]
        nearest = nearest_word(use, names) or nearest_word(use, services)
        remedy = "" if nearest else "see 'callwright services', or write module:Class"
        what = f"{role} {quoted(use)} is unknown"
        return document.problem(at, what, nearest=nearest, remedy=remedy)
    if service.role != kind:
        what = f"{use!r} is no {role}, it is {_article(service.role)}"
        return document.problem(at, what, remedy=f"see 'callwright services' for role {kind}")
    return service


def _article(role: str) -> str:
    return {"s2s": "a speech-to-speech service"}.get(role, f"a service for the role {role}")


def _setting_fields(role: str, cls: source.Class) -> dict[str, source.Parameter] | None:
    """Return what ``settings`` may hold; None for the constructor's own arguments."""
    if role == "turn":
        return None
    settings = source.inner_class(cls, "Settings")
    if role == "vad":
        module, name = _VAD_SETTINGS
        path = source.locate(module)
        settings = source.find_class(source.parse(path, module), name) if path else None
    return source.fields(settings) if settings else {}


def _keys(
    service: Service,
    use: Alternative,
    parameters: Mapping[str, source.Parameter],
    env: Mapping[str, str],
) -> dict[str, str]:
    """Return the constructor parameters that come from variables: the needed and the set ones."""
    needed = {name for name, p in parameters.items() if p.required} | set(service.required)
    return {
        name: variable
        for name, variable in service.keys.items()
        if name in parameters and name not in use.args and (name in needed or env.get(variable))
    }


def _class(
    module_name: str, cls_name: str, document: Document, at: KeyPath
) -> source.Class | Problem:
    dotted = module_name.split(".")
    if not all(part.isidentifier() for part in [*dotted, cls_name]):
        what = f"{quoted(f'{module_name}:{cls_name}')} names no class"
        return document.problem(at, what, remedy="write it as module:Class")
    path = source.locate(module_name, document.path.parent)
    if path is None:
        what = f"there is no module {quoted(module_name)}"
        return document.problem(at, what, remedy="check its name and where it is installed")
    try:
        module = source.parse(path, module_name)
    except SyntaxError as error:
        what = f"{shown(path)}:{error.lineno or 1} is no Python ({error.msg})"
        return document.problem(at, what, remedy="correct it there")
    except (OSError, ValueError):
        what = f"{shown(path)} cannot be read"
        return document.problem(at, what, remedy="save it as UTF-8")
    found = source.find_class(module, cls_name)
    if found is None:
        nearest = nearest_word(cls_name, module.bound)
        what = f"there is no class {quoted(cls_name)} in {module_name}"
        remedy = "" if nearest else "write it as module:Class"
        return document.problem(at, what, nearest=nearest, remedy=remedy)
    return found
