"""Whom a recorded call calls, and on what: names and paths, looked for from here and from there.

A recording may stand anywhere: what its files name is looked for from the current folder first, and
then from the recording's own.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from callwright.calls.folder import CALL_YAML, CALLER_YAML
from callwright.declarations import places
from callwright.declarations.errors import DeclarationError, InputError, shown
from callwright.declarations.finding import Kind, find, find_there, known, leads_to, word_for
from callwright.declarations.load import DEFAULT_AGENT, Declared
from callwright.lab.expectations.reading import ExpectationFile
from callwright.lab.options import ReplayOptions
from callwright.lab.recording import Recording


def agent_of(source: Path, name: str | None, given: str | None = None) -> Path:
    """The file of the agent that a recording calls.

    Args:
        source: The recording.
        name: What it says: a name or a path; None where it says nothing.
        given: What the command line says instead.

    Raises:
        InputError: There is no such agent; says where it is named.
    """
    notes = source / CALLER_YAML
    if given or name is None:
        return find("agent", given or DEFAULT_AGENT, _folder(source))
    if notes.is_file():
        return _named("agent", name, notes, ("agent",))
    return _named("agent", name, source / CALL_YAML, ("agent", "name"))


def refuse_another_agent(source: Path, name: str | None, given: str) -> None:
    """Refuse what is seen of an agent that a recording would not call by itself.

    Args:
        source: The recording.
        name: What it says, as for `agent_of`.
        given: The agent of the command line.

    Raises:
        InputError: They are two agents; says where the recording names its own.
    """
    own, other = agent_of(source, name), agent_of(source, name, given)
    if own.resolve() == other.resolve():
        return
    notes = source / CALLER_YAML
    ours, theirs = (word_for("agent", file, _folder(source)) for file in (own, other))
    if not notes.is_file():
        file, at = source / CALL_YAML, ("agent", "name")
        what, remedy = f"this call was made with the agent {ours!r}", "leave out --agent"
    elif name is None:
        file, at = notes, ()
        what, remedy = f"it names no agent and calls {ours!r}", f"add 'agent: {theirs}' to it"
    else:
        file, at = notes, ("agent",)
        what, remedy = f"it calls the agent {ours!r}", f"write {theirs!r}, or leave out --agent"
    what = f"{what}, so what is expected of {theirs!r} could not be tested"
    raise DeclarationError([places.read(file).problem(at, what, remedy=remedy)])


def stack_of(source: Path, word: str | None, expected: ExpectationFile | None) -> Path | None:
    """The file of the stack that a call is replayed on; None for the agent's own.

    Args:
        source: The recording.
        word: A name or a path, of the command line or of the expectations.
        expected: The expectations beside the recording.

    Raises:
        InputError: There is no such stack; says where it is named.
    """
    if not word:
        return None
    listed = (expected.expectations.stacks if expected else None) or []
    if expected is None or word not in listed:
        return find("stack", word, _folder(source))
    return _named("stack", word, expected.path, ("stacks", listed.index(word)))


def otherwise(
    source: Path, recording: Recording, options: ReplayOptions, declared: Declared
) -> Iterator[str]:
    """Yield what is taken otherwise than the recording has it, though nobody asked for that."""
    notes, stack = source / CALLER_YAML, declared.stack.stack
    if recording.agent is None and not options.agent and notes.is_file():
        agent = declared.agent.agent
        yield f"{shown(notes)}: it names no agent, so {agent!r} is called; add 'agent: NAME'"
    if recording.stack not in (None, stack) and not options.stack:
        named = recording.stack in known("stack", _folder(source))
        yield (
            f"{shown(source)}: this call was made on the stack {recording.stack!r}, and is "
            f"replayed on {stack!r}, its agent's own; for the same give "
            f"{f'--stack {recording.stack}' if named else 'the path of its file behind --stack'}"
        )


def stack_words(expected: ExpectationFile, declared: Declared) -> tuple[str, str]:
    """How expectations name the stack of a call, and how the agent's own."""
    stack = expected.written_for(declared.stack_path)
    try:
        own = find("stack", declared.agent.stack, declared.folder)
    except InputError:  # a missing one is no mistake as long as another is asked for
        return stack, declared.agent.stack
    return stack, expected.written_for(own)


def stack_argument(declared: Declared, source: Path) -> str:
    """What to write behind ``--stack`` to replay a recording on the stack that it was replayed on.

    Args:
        declared: What it was replayed with.
        source: The recording.
    """
    path = declared.stack_path
    named = leads_to("stack", path.stem, _folder(source), path)
    return path.stem if named else shown(path)


def _folder(source: Path) -> Path:
    return source if source.is_dir() else source.parent


def _named(kind: Kind, word: str, file: Path, at: Sequence[str | int]) -> Path:
    """What a file names, with the place of the name where there is no such thing."""
    try:
        return find_there(kind, word, file.parent)
    except InputError as error:
        wrong = places.read(file).problem(at, error.what, remedy=error.remedy)
        raise DeclarationError([wrong]) from None
