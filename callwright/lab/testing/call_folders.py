"""Call folders as tests: recordings, calls that were really made, and what is expected of them."""

from pathlib import Path
from typing import Any

from callwright.lab.testing.cases import Case, Chosen, every
from callwright.lab.testing.jobs import Answer, Job

# The file that stands for a folder: the first of these that is there.
_EXPECT_YAML, _CALLER_YAML, _CALL_YAML = "expect.yaml", "caller.yaml", "call.yaml"

# Everything by which somebody may name a call.
_FILES = (_EXPECT_YAML, _CALLER_YAML, _CALL_YAML, "events.jsonl", "user.wav", "bot.wav")


class CallFolders:
    """A folder with `expect.yaml`, a recording's `caller.yaml`, or a real call's `call.yaml`.

    What a replay wrote is a result and no source, unless something is expected of it.
    """

    name = "call"

    def claims(self, path: Path) -> bool:
        """Whether the file stands for its folder."""
        if path.name not in (_EXPECT_YAML, _CALLER_YAML, _CALL_YAML):
            return False
        if path.name == _EXPECT_YAML:
            return _is_call(path.parent)
        before = {_CALLER_YAML: (_EXPECT_YAML,), _CALL_YAML: (_EXPECT_YAML, _CALLER_YAML)}
        if any((path.parent / name).exists() for name in before[path.name]):
            return False
        return path.name == _CALLER_YAML or not _of_a_replay(path)

    def takes(self, path: Path) -> bool:
        """Whether the file is one of a call's folder: whoever names it means the call."""
        return path.name in _FILES and _is_call(path.parent)

    def source(self, path: Path) -> Path:
        """The folder."""
        return path.parent

    def cases(self, path: Path, chosen: Chosen) -> list[Case]:
        """A test a stack and seed, as its expectations or the command line say.

        Raises:
            InputError: The expectations cannot be used.
        """
        from callwright.lab.expectations.reading import read_expectations

        file = read_expectations(path.parent)
        listed = file.expectations.stacks if file else None
        stacks = chosen.stacks or listed or [_own_stack(path.parent)]
        seeds = chosen.seeds or (file.expectations.seeds if file else [0])
        return every(stacks, seeds)

    def run(self, job: Job) -> Answer:
        """Replay the call and compare it with what is expected."""
        from callwright.clock import VirtualTimeError
        from callwright.declarations.errors import InputError
        from callwright.lab.expectations.telling import again
        from callwright.lab.options import ReplayOptions
        from callwright.lab.replay import replay
        from callwright.lab.testing.answering import answer_of
        from callwright.lab.whom import stack_argument

        options = ReplayOptions(stack=job.stack, seed=job.seed, out=Path(job.out))
        try:
            replayed = replay(Path(job.source), options)
        except InputError as error:
            return Answer(bad_input=error.lines)
        except VirtualTimeError as error:
            return Answer(failed=[f"the call could not go on: {error}"])
        stack = stack_argument(replayed.declared, Path(job.source))
        return answer_of(replayed, again(job.source, stack, job.seed))


def recording_name(folder: Path) -> str:
    """What a record calls its caller, of whom this is the folder."""
    return str(_yaml(folder / _CALLER_YAML).get("caller") or folder.name)


def _is_call(folder: Path) -> bool:
    return any((folder / name).exists() for name in (_CALLER_YAML, _CALL_YAML))


def _of_a_replay(path: Path) -> bool:
    meta = _yaml(path)
    return "recording" in meta or meta.get("clock") == "virtual"


def _own_stack(folder: Path) -> str | None:
    """The stack of the agent that was called; None where that is not to be found out here."""
    from callwright.declarations.errors import InputError
    from callwright.declarations.finding import find, word_for

    agent: Any = _yaml(folder / _CALLER_YAML).get("agent")
    agent = agent or _yaml(folder / _CALL_YAML).get("agent")
    name = agent.get("name") if isinstance(agent, dict) else agent
    try:
        file = find("agent", str(name or "reception"), folder)
        stack = _yaml(file).get("stack")
        if not isinstance(stack, str):
            return None
        return word_for("stack", find("stack", stack, file.parent), folder)
    except InputError:
        return None


def _yaml(path: Path) -> dict[str, Any]:
    """A file's mapping; an empty one for what cannot be read: whoever runs the call will tell."""
    import yaml

    try:
        data = yaml.safe_load(path.read_bytes())
    except (OSError, yaml.YAMLError, ValueError, RecursionError):
        return {}
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}
