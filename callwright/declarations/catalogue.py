"""Every service by its name: Pipecat's own catalogue read as data, and ours beside it."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from callwright.declarations import places, source

OVERLAY = Path(__file__).with_name("overlay.yaml")

_LISTS = {
    "STT_SERVICES": "stt",
    "LLM_SERVICES": "llm",
    "TTS_SERVICES": "tts",
    "REALTIME_SERVICES": "s2s",
}
_GETENV = re.compile(r'(\w+)=os\.getenv\("([A-Z0-9_]+)"')
_IMPORT = re.compile(r"from (\S+) import (.+)")


@dataclass(frozen=True, slots=True)
class Service:
    """A service as the catalogue knows it.

    Args:
        use: Its name in a stack file.
        role: vad, turn, stt, llm, tts or s2s.
        module: Where its class stands.
        cls_name: The class.
        label: Its name for people.
        kind: ``cloud``, or ``local`` when it runs on this machine or a server of one's own.
        distribution: Whose extras bring its library.
        extras: Those extras.
        keys: Constructor parameters that come from the environment, and from which variable.
        required: Of those, the ones it cannot do without, whatever its constructor says.
        proven: Whether this project's tests run it with its real client library.
        notes: What else one should know.
    """

    use: str
    role: str
    module: str
    cls_name: str
    label: str
    kind: str = "cloud"
    distribution: str = "pipecat-ai"
    extras: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=dict[str, str])
    required: tuple[str, ...] = ("api_key",)
    proven: bool = False
    notes: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedService:
    """A service that has been found and checked, ready to be imported and constructed.

    Args:
        role: vad, turn, stt, llm or tts.
        use: Its name in the stack file.
        module: The module of its class.
        cls_name: The class.
        settings: ``VADParams`` of a vad, constructor arguments of a turn strategy, fields of the
            class's ``Settings`` otherwise; with the environment filled in.
        args: Arguments of its constructor, with the environment filled in.
        key_env: Constructor parameters that are read from the environment, and the variable.
        env_names: Every variable it is constructed with.
        otherwise: The services that take over when it fails, in order.
        within: Seconds in which a sign of life is due; None for what is usual in its role.
    """

    role: str
    use: str
    module: str
    cls_name: str
    settings: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    args: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    key_env: dict[str, str] = field(default_factory=dict[str, str])
    env_names: tuple[str, ...] = ()
    otherwise: tuple["ResolvedService", ...] = ()
    within: float | None = None

    def arguments(self, env: Mapping[str, str], missing: str | None = None) -> dict[str, Any]:
        """Return the constructor's arguments, keys included.

        Args:
            env: The environment.
            missing: What stands for a key that is not set, where a stand-in needs none.

        Raises:
            KeyError: A key is not set and nothing stands for it; ``load`` refuses that first.
        """
        keys = {
            name: env[variable] if missing is None else env.get(variable) or missing
            for name, variable in self.key_env.items()
        }
        return {**keys, **self.args}


@cache
def services() -> dict[str, Service]:
    """Return every service by its name, ours first."""
    found = {name: _own(name, facts) for name, facts in _overlay()["ours"].items()}
    corrections = _overlay()["pipecat"]
    for service in _pipecat():
        facts = corrections.get(service.use, {})
        found[service.use] = replace(service, **_frozen(facts))
    return found


def find(use: str) -> Service | None:
    """Return a service by its name; ours without reading Pipecat's catalogue."""
    ours = _overlay()["ours"]
    return _own(use, ours[use]) if use in ours else services().get(use)


@cache
def _overlay() -> dict[str, Any]:
    return places.read(OVERLAY).data


def _own(name: str, facts: dict[str, Any]) -> Service:
    module, _, cls_name = facts["class"].partition(":")
    rest = {key: value for key, value in facts.items() if key not in ("class", "role", "label")}
    plain = Service(name, facts["role"], module, cls_name, facts["label"], kind="local")
    return replace(plain, **_frozen(rest))


def _frozen(facts: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()}


def _pipecat() -> Iterator[Service]:
    registry = _tree("service_metadata")
    imports: dict[str, list[str]] = _constant(_tree("_imports"), "IMPORTS")
    configs: dict[str, str] = _constant(_tree("_configs"), "SERVICE_CONFIGS")
    for role, call in _definitions(registry):
        facts = {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
        use, names = facts["value"], facts.get("class_name") or [""]
        module = _module_of(imports.get(use, []), names[0])
        if not module:
            continue
        extras = re.search(r"\[(.*)\]", facts["package"])
        yield Service(
            use,
            role,
            module,
            names[0],
            facts["label"],
            extras=tuple(extras[1].split(",")) if extras else (),
            keys=_keys(configs.get(use, ""), names[0]),
        )


def _tree(name: str) -> source.Module:
    full = f"pipecat.cli.registry.{name}"
    path = source.locate(full)
    if path is None:
        raise FileNotFoundError(f"Pipecat's catalogue ({full}) is missing; install pipecat-ai")
    return source.parse(path, full)


def _constant(module: source.Module, name: str) -> Any:
    statement = module.bound[name]
    assert isinstance(statement, ast.Assign)
    return ast.literal_eval(statement.value)


def _definitions(module: source.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield each service definition of Pipecat's registry with its role."""
    registry = module.bound["ServiceRegistry"]
    assert isinstance(registry, ast.ClassDef)
    for statement in registry.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.List(elts=calls)):
                for call in calls:
                    if name in _LISTS and isinstance(call, ast.Call):
                        yield _LISTS[name], call
            case _:
                pass


def _module_of(lines: list[str], cls_name: str) -> str:
    for line in lines:
        found = _IMPORT.fullmatch(line)
        if found and cls_name in re.split(r",\s*", found[2]):
            return found[1]
    return ""


def _keys(config: str, cls_name: str) -> dict[str, str]:
    """Return the constructor parameters that Pipecat's own generated bots read from variables."""
    _, _, arguments = config.partition(f"{cls_name}(")
    return dict(_GETENV.findall(arguments.partition("settings=")[0]))
