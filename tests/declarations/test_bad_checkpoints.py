"""Steps that nobody could pass, each answered with its place and a remedy."""

from pathlib import Path

import pytest

from callwright.declarations import places
from callwright.declarations.checking import check_agent
from callwright.declarations.errors import DeclarationError, InputError
from callwright.declarations.load import load

AGENT = """\
agent: desk
greeting: Hello, this is an automated assistant.
entities:
  full_name: {type: person_name, ask: May I have your name?}
  pin: {type: digits, ask: What is your pin?, length: 4}
checkpoints:
  disclosure: {say: '{greeting}'}
  identity: {needs: [full_name, pin], verify: find}
  consent: {ask: Do you agree?, needs: {agreed: yes_no}, keep: override}
tools:
  find: {python: 'tools:find', after: [disclosure]}
  book: {python: 'tools:book', needs: [full_name], after: [identity, consent]}
handoff: {when: [asked, failed]}
"""

TOOLS = """\
def find(full_name, pin): ...
def book(full_name): ...
"""

# what, old words, new words, place, words of the error, words of the remedy
BAD: list[tuple[str, str, str, str, str, str]] = [
    ("unknown need", "[full_name, pin]", "[full_name, pni]", "8:33",
     "'pni' is not an entity", "'pin'"),
    ("unknown tool", "verify: find", "verify: fnid", "8:47", "'fnid' is not a tool", "'find'"),
    ("unknown step", "after: [disclosure]", "after: [disclosur]", "11:40", "not a step",
     "'disclosure'"),
    ("unknown step of a tool", "[identity, consent]", "[identity, consnt]", "12:70",
     "not a step", "'consent'"),
    ("asks for nothing", "{say: '{greeting}'}", "{keep: gate}", "7:3",
     "asks for nothing", "say, ask"),
    ("waits for itself", "{say: '{greeting}'}", "{say: '{greeting}', after: [disclosure]}", "7:43",
     "waits for itself", "delete one wait"),
    ("behind its own step", "after: [disclosure]", "after: [identity]", "8:",
     "nobody can pass", "delete"),
    ("waits for a later one", "{say: '{greeting}'}",
     "{say: '{greeting}', after: [consent]}", "7:43",
     "nobody can pass", "delete one wait"),
    ("question without its own", "{needs: [full_name, pin],",
     "{ask: Who?, needs: [full_name, pin],", "8:19",
     "questions of their own", "delete ask"),
    ("declared twice", "{agreed: yes_no}", "{pin: yes_no}", "9:41",
     "'pin' is declared twice", "rename"),
    ("unknown type", "{agreed: yes_no}", "{agreed: yes_maybe}", "9:49",
     "'yes_maybe' is unknown", "yes_no"),
    ("no question", "{ask: Do you agree?, needs", "{needs", "9:", "'ask' is missing", "add"),
    ("unknown keep", "keep: override", "keep: always", "9:", "'always' is unknown", "gate"),
    ("no attempts", "verify: find}", "verify: find, attempts: 0}", "8:", "attempts", "change"),
    ("unknown key", "verify: find}", "verify: find, tries: 2}", "8:53", "'tries'", "known keys"),
    ("unknown name in words", "{say: '{greeting}'}", "{say: 'Hello {frist}'}", "7:",
     "{frist}", "known"),
    ("tool and step", "  find: {python", "  identity: {python", "",
     "checkpoint and a tool", "rename"),
    ("words for a no that never comes", "[identity, consent]}",
     "[identity, consent], on_refusal: No.}", "12:92", "is never said: no checkpoint",
     "verify: book"),
    ("unknown name in a no", "after: [disclosure]}",
     "after: [disclosure], on_refusal: 'No, {why}.'}", "11:65", "{why}", "known"),
    ("argument not given", "needs: [full_name, pin]", "needs: [full_name]", "11:",
     "also wants pin", "needs"),
]  # fmt: skip


def problems(tmp_path: Path, text: str) -> list[str]:
    tmp_path.joinpath("tools.py").write_text(TOOLS)
    path = tmp_path / "agent.yaml"
    path.write_text(text)
    return [str(problem) for problem in check_agent(places.read(path))[1]]


def test_the_pattern_itself_is_right(tmp_path: Path) -> None:
    assert problems(tmp_path, AGENT) == []


@pytest.mark.parametrize(("what", "old", "new", "place", "words", "remedy"), BAD)
def test_bad_steps(
    tmp_path: Path, what: str, old: str, new: str, place: str, words: str, remedy: str
) -> None:
    assert old in AGENT
    found = problems(tmp_path, AGENT.replace(old, new))
    if what == "nobody to hand over to":
        assert found == []  # without a human the call ends; only a declared handoff would be wrong
        return
    assert any(f"agent.yaml:{place}" in one and words in one and remedy in one for one in found), (
        found
    )


def test_a_declared_handoff_needs_somebody(tmp_path: Path) -> None:
    text = AGENT.replace("verify: find}", "verify: find, on_failure: handoff}")
    (found,) = problems(tmp_path, text.replace("handoff: {when: [asked, failed]}\n", ""))
    assert "agent.yaml:8:" in found
    assert "nobody to hand over to" in found


@pytest.mark.parametrize(
    ("stack", "lacking"), [("embedded", ""), ("cascaded", ""), ("unguarded", "checkpoint_gate")]
)
def test_a_stack_has_what_keeps_the_steps(tmp_path: Path, stack: str, lacking: str) -> None:
    tmp_path.joinpath("tools.py").write_text(TOOLS)
    agent = tmp_path / "agent.yaml"
    agent.write_text(AGENT)
    if lacking:
        text = Path("pipelines/stacks/cascaded.yaml").read_text()
        path = tmp_path / "unguarded.yaml"
        path.write_text(
            text.replace("checkpoint_gate, ", "").replace("stack: cascaded", "stack: unguarded")
        )
        with pytest.raises(DeclarationError, match=lacking):
            load(agent, path, need_keys=False)
    else:
        load(agent, stack, need_keys=False)
    assert issubclass(DeclarationError, InputError)
