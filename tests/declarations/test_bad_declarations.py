"""Malformed declarations, each answered with its place and a remedy."""

import re
from pathlib import Path

import pytest

from callwright.declarations import places
from callwright.declarations.checking import check_agent, check_stack
from callwright.declarations.errors import DeclarationError, Problem

AGENT = """\
agent: desk
stack: embedded
languages: [en]
greeting: Hello, this is an automated assistant.
closing: Thank you, {full_name}.
entities:
  full_name:
    type: person_name
    ask: May I have your full name?
    confirm: read_back
  number: {type: phone, ask: What is your number?, optional: true}
tools:
  note:
    python: 'tools:note'
    needs: [full_name]
    say: Your reference is {reference}.
handoff:
  when: [asked, {uncertain: 3}]
  to: '+14155550132'
silence: {after: 8, times: 3}
"""

STACK = """\
stack: web
kind: cascaded
services:
  vad: {use: silero}
  turn: {use: smart_turn_v3}
  stt:
    use: deepgram_stt
    settings: {model: nova-3-general}
  llm: {use: anthropic_llm}
  tts: {use: cartesia_tts, settings: {voice: '${CARTESIA_VOICE}'}}
steps:
  - input
  - stt
  - hear_entities
  - context.user
  - llm
  - tts
  - output
  - context.bot
"""

TOOLS = """\
def note(full_name: str, urgent: bool = False) -> dict[str, str]:
    return {"reference": full_name}


def wants_more(full_name: str, colour: str) -> None: ...


def by_position(full_name, /): ...
"""

BROKEN_YAML = [
    ("tab", "agent: a\nentities:\n\tname: x\n", "3:1", "tab", "use spaces"),
    ("tab after spaces", "agent: a\ntools:\n  \tx: 1\n", "3:3", "tab", "use spaces"),
    ("duplicate key", "agent: a\nstack: b\nagent: c\n", "3:1", "'agent' stands here twice", "keep"),
    ("empty", "", "1:1", "empty", "start it with"),
    ("comments only", "# nothing\n\n# here\n", "1:1", "empty", "start it with"),
    ("two documents", "agent: a\n---\nagent: b\n", "2:1", "second document", "one document"),
    ("a list", "- agent: a\n", "1:1", "keys and values", "start it with"),
    ("a word", "reception\n", "1:1", "keys and values", "start it with"),
    ("number as key", "agent: a\n7: b\n", "2:1", "this is a number", "quotes"),
    ("true as key", "agent: a\ntrue: b\n", "2:1", "this is true or false", "quotes"),
    ("list as key", "agent: a\n? [b, c]\n: d\n", "2:3", "this is a list", "quotes"),
    ("python tag", "agent: !!python/name:os.system x\n", "1:8", "tags", "delete"),
    ("own tag", "agent: a\nstack: !secret b\n", "2:8", "tags", "delete"),
    ("merge", "agent: a\n<<: {stack: b}\n", "2:1", "merges", "write the keys out"),
    ("missing alias", "agent: *name\n", "1:8", "no '&name'", "write the value out"),
    ("alias of itself", "agent: a\ntools: &t [*t]\n", "2:12", "holds itself", "write the value"),
    ("alias as key", "agent: &a a\n*a : b\n", "2:1", "alias cannot be a key", "write the key"),
    ("open quote", 'agent: "a\n', "2:1", "never closed", "quote"),
    ("open list", "agent: a\nlanguages: [en\n", "3:1", "not closed", "[a, b]"),
    ("colon in words", "agent: a\ngreeting: Hello: you\n", "2:16", "second ':'", "quotes"),
    ("key too deep", "agent: a\n stack: b\n", "2:7", "key cannot stand here", "indentation"),
    ("percent", "agent: %a\n", "1:8", "cannot start", "quotes"),
    ("no colon", "agent: a\nstack\n", "3:1", "no ':'", "key: value"),
    ("list after mapping", "agent: a\n- b\n", "2:1", "goes on with something else", "check"),
    ("mapping after list", "steps:\n  - a\n  b: c\n", "3:3", "something else", "indentation"),
    ("open mapping", "agent: {a: b\n", "2:1", "not closed", "{a: b}"),
    ("star", "agent: **a**\n", "1:9", "starts a name", "quotes"),
    ("escape", 'agent: "\\d+"\n', "1:9", "escape is unknown", "single quotes"),
    ("a program", "def f():\n    pass\n", "1:1", "'def f()' is unknown", "known keys"),
    ("control character", "agent: a\ngreeting: b\x07c\n", "2:12", "control character", "delete"),
    ("deep flow", "agent: " + "[" * 5000, "1:37", "30 levels", "flatten"),
    ("deep block", "agent:\n  " + "- " * 5000, "2:61", "30 levels", "flatten"),
]

BAD_AGENTS = [
    ("unknown key", "greeting:", "greting:", "4:1", "'greting' is unknown", "'greeting'"),
    ("later key", "closing:", "prices:", "5:1", "not available in this version", "delete"),
    (
        "later key below",
        "to: '+14155550132'",
        "summary: '+14155550132'",
        "19:3",
        "not available",
        "delete",
    ),
    (
        "half a truth",
        "confirm: read_back",
        "sensitive: 'yes'",
        "10:16",
        "true or false",
        "write true",
    ),
    ("missing name", "agent: desk\n", "", "1:1", "'agent' is missing", "add 'agent: …'"),
    ("bad name", "agent: desk", "agent: Front Desk", "1:8", "no name", "lower-case"),
    ("number for text", "closing: Thank you, {full_name}.", "closing: 7", "5:10", "text", "quotes"),
    (
        "nothing",
        "greeting: Hello, this is an automated assistant.",
        "greeting:",
        "4:10",
        "empty",
        "write a value",
    ),
    ("language", "[en]", "[de]", "3:13", "'de' is unknown", "en or es"),
    ("language twice", "[en]", "[en, en]", "3:12", "twice", "delete"),
    ("no language", "[en]", "[]", "3:12", "empty", "write a value"),
    ("text for list", "[en]", "en", "3:12", "a list, not text", "[a, b]"),
    ("region", "silence:", "region: UK\nsilence:", "20:9", "no country", "two letters"),
    ("currency", "silence:", "currency: dollars\nsilence:", "20:11", "no currency", "USD"),
    ("entity type", "person_name", "person_nam", "8:11", "unknown", "'person_name'"),
    ("no entity type", "    type: person_name\n", "", "7:3", "'type' is missing", "add 'type"),
    ("entity key", "    ask: May", "    asks: May", "9:5", "'asks' in", "'ask'"),
    ("confirm", "read_back", "readback", "10:14", "unknown", "'read_back'"),
    ("yes for true", "optional: true", "optional: yes", "11:62", "true or false", "write true"),
    ("entity name", "  number:", "  Number:", "11:3", "no name", "lower-case"),
    ("entity named call", "  number:", "  call:", "11:3", "meaning of its own", "another"),
    ("unknown in words", "{full_name}.", "{fullname}.", "5:10", "{fullname}", "'full_name'"),
    ("optional in words", "{full_name}.", "{number}.", "5:10", "may not be known", "{full_name}"),
    (
        "name in greeting",
        "Hello,",
        "Hello {full_name},",
        "4:11",
        "may not be known",
        "leave it out",
    ),
    ("lonely brace", "{full_name}.", "{full_name.", "5:10", "lonely brace", "delete"),
    ("unknown result", "{reference}", "{referense}", "16:10", "{referense}", "'reference'"),
    ("variable in words", "Hello,", "Hello ${NAME},", "4:11", "not filled in here", "handoff.to"),
    ("no variable name", "'+14155550132'", "'${FRONT-DESK}'", "19:7", "no ${NAME}", "LIKE_THIS"),
    ("tool without colon", "'tools:note'", "tools.note", "14:13", "no function", "module:function"),
    ("no module", "'tools:note'", "'tolls:note'", "14:13", "no module 'tolls'", "tolls.py"),
    ("no function", "'tools:note'", "'tools:notes'", "14:13", "no function", "'note'"),
    ("broken module", "'tools:note'", "'broken:note'", "1:10", "no Python", "correct it"),
    (
        "unknown need",
        "needs: [full_name]",
        "needs: [fullname]",
        "15:13",
        "no entity",
        "'full_name'",
    ),
    (
        "need twice",
        "[full_name]\n    say",
        "[full_name, full_name]\n    say",
        "15:24",
        "twice",
        "delete",
    ),
    (
        "need not taken",
        "[full_name]\n    say",
        "[full_name, number]\n    say",
        "15:24",
        "takes no 'number'",
        "it takes",
    ),
    ("argument not given", "'tools:note'", "'tools:wants_more'", "15:12", "wants colour", "needs"),
    ("by position", "'tools:note'", "'tools:by_position'", "14:13", "position only", "'/'"),
    ("timeout", "needs: [full_name]", "timeout: 0", "15:14", "greater than 0", "change"),
    ("handoff reason", "[asked,", "[aksed,", "18:10", "unknown", "'asked'"),
    ("handoff reason key", "{uncertain: 3}", "{unsure: 3}", "18:18", "'unsure'", "uncertain"),
    ("uncertain", "uncertain: 3", "uncertain: 0", "18:29", "greater than", "change"),
    ("silence", "after: 8", "after: '8'", "20:18", "a number, not text", "without quotes"),
    ("silence key", "times: 3", "time: 3", "20:21", "'time' in silence", "'times'"),
]

BAD_STACKS = [
    ("unknown service", "deepgram_stt", "deepgrm", "7:10", "stt 'deepgrm' is unknown",
     "did you mean 'deepgram_stt'?"),
    ("nothing near", "deepgram_stt", "zzqx", "7:10", "unknown", "callwright services"),
    ("wrong role", "deepgram_stt", "openai_llm", "7:10", "no stt", "callwright services"),
    ("s2s service", "deepgram_stt", "openai_realtime", "7:10", "speech-to-speech", "services"),
    ("kind", "kind: cascaded", "kind: cascade", "2:7", "unknown", "'cascaded'"),
    ("kind", "kind: cascaded", "kind: cascade", "2:7", "'cascade'", "cascaded"),
    ("setting", "{model:", "{modle:", "8:16", "no setting 'modle'", "'model'"),
    ("setting type", "{model: nova-3-general}", "{model: 3}", "8:23", "text, not a number",
     "quotes"),
    ("setting flag", "{model: nova-3-general}", "{diarize: 1}", "8:25", "true or false", "change"),
    ("argument as setting", "{model: nova-3-general}", "{channels: 1}", "8:16", "no setting",
     "move it to args"),
    ("setting as argument", "settings: {model:", "args: {model:", "8:12", "as a setting",
     "move it to settings"),
    ("argument", "settings: {model: nova-3-general}", "args: {chanels: 1}", "8:12",
     "no argument 'chanels'", "'channels'"),
    ("object", "settings: {model: nova-3-general}", "args: {addons: 3}", "8:20",
     "a mapping, not a number", "change"),
    ("secret", "settings: {model: nova-3-general}", "args: {api_key: sk-hidden}", "8:21",
     "secret in clear", "${DEEPGRAM_API_KEY}"),
    ("service key", "    use: deepgram", "    uses: deepgram", "7:5", "'uses'", "'use'"),
    ("empty else", "{use: anthropic_llm}", "{use: anthropic_llm, else: []}", "9:35",
     "services.llm.else is empty", "write a value"),
    ("unknown else", "{use: anthropic_llm}", "{use: anthropic_llm, else: [{use: opnai_llm}]}",
     "9:42", "'opnai_llm' is unknown", "'openai_llm'"),
    ("else of another role", "{use: anthropic_llm}",
     "{use: anthropic_llm, else: [{use: cartesia_tts}]}", "9:42", "is no llm", "for role llm"),
    ("setting of an else", "{use: anthropic_llm}",
     "{use: anthropic_llm, else: [{use: openai_llm, settings: {modle: a}}]}", "9:65",
     "no setting 'modle'", "'model'"),
    ("else in else", "{use: anthropic_llm}",
     "{use: anthropic_llm, else: [{use: openai_llm, else: []}]}", "9:54",
     "'else' in services.llm.else[0] is unknown", ""),
    ("else of a vad", "{use: silero}", "{use: silero, else: [{use: silero}]}", "4:22",
     "no 'else' for the role 'vad'", "stt, ears, llm, s2s and tts"),
    ("limit without else", "{use: anthropic_llm}", "{use: anthropic_llm, within: 2}", "9:29",
     "has no effect without 'else'", "add 'else'"),
    ("limit of nothing", "{use: anthropic_llm}",
     "{use: anthropic_llm, within: 0, else: [{use: openai_llm}]}", "9:37", "greater than 0",
     "change"),
    ("role", "  vad:", "  vat:", "4:3", "unknown", "'vad'"),
    ("vad setting", "{use: silero}", "{use: silero, settings: {stop: 1}}", "4:33", "no setting",
     "'stop_secs'"),
    ("turn setting", "{use: smart_turn_v3}", "{use: smart_turn_v3, settings: {silense: 1}}",
     "5:41", "no setting", "'silence'"),
    ("no service", "  llm: {use: anthropic_llm}\n", "", "15:5", "no service for the role 'llm'",
     "add 'llm:"),
    ("no step for a service", "  - llm\n", "", "9:3", "no step uses", "add the step 'llm'"),
    ("missing step", "  - output\n", "", "11:1", "'output' is missing", "audio to the line"),
    ("unknown step", "- hear_entities", "- hear_entitys", "14:5", "unknown", "'hear_entities'"),
    ("step twice", "  - tts\n", "  - tts\n  - tts\n", "18:5", "twice", "delete one"),
    ("input late", "  - input\n  - stt\n", "  - stt\n  - input\n", "13:5", "not the first",
     "caller's audio"),
    ("stt before input", "  - input\n  - stt\n", "  - stt\n  - input\n", "12:5",
     "'stt' stands before 'input'", "move it behind"),
    ("tts before llm", "  - llm\n  - tts\n", "  - tts\n  - llm\n", "16:5", "before 'llm'",
     "words of 'llm'"),
    ("context before ears", "  - hear_entities\n  - context.user\n",
     "  - context.user\n  - hear_entities\n", "14:5", "before 'hear_entities'", "behind"),
    ("output before tts", "  - tts\n  - output\n", "  - output\n  - tts\n", "17:5",
     "before 'tts'", "behind"),
    ("own step", "- output\n", "- my:Step\n  - output\n", "18:5", "no module 'my'", "check"),
    ("own step's class", "- output\n", "- 'steps:Gone'\n  - output\n", "18:5", "no class 'Gone'",
     "module:Class"),
    ("own step's setting", "- output\n",
     "- {step: 'steps:Mine', settings: {level: 1, colour: 2}}\n  - output\n", "18:47",
     "no setting 'colour'", "it has level"),
    ("variable in own step", "- output\n",
     "- {step: 'steps:Mine', settings: {level: '${LEVEL}'}}\n  - output\n", "18:44",
     "not filled in here", "service's settings"),
    ("own step without its setting", "- output\n", "- 'steps:Mine'\n  - output\n", "18:5",
     "needs level", "add"),
    ("not a class", "- output\n", "- 'a b:C'\n  - output\n", "18:5", "no class", "module:Class"),
    ("step is a number", "- output\n", "- 5\n  - output\n", "18:5", "", "step"),
    ("variable in a name", "stack: web", "stack: '${WEB}'", "1:8", "no name", "lower-case"),
    ("variable in a model", "deepgram_stt", "'${STT}'", "7:10", "not filled in", "settings"),
    ("class of one's own", "deepgram_stt", "'steps:Gone'", "7:10", "no class 'Gone'", "module"),
    ("session object", "deepgram_stt", "elevenlabs_stt", "7:10", "aiohttp_session", "another"),
]  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with tools and a processor beside the declaration."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tools.py").write_text(TOOLS)
    (tmp_path / "broken.py").write_text("def note(:\n")
    (tmp_path / "steps.py").write_text(
        "class Mine:\n    def __init__(self, *, level: int) -> None: ...\n"
    )
    return tmp_path


def problems(path: Path, text: str) -> list[Problem]:
    path.write_text(text, encoding="utf-8")
    try:
        document = places.read(path)
    except DeclarationError as error:
        return error.problems
    is_agent = path.name == "agent.yaml"
    found = check_agent(document)[1] if is_agent else check_stack(document, {})[2]
    return DeclarationError(found).problems


def expect(found: list[Problem], place: str, what: str, remedy: str) -> None:
    lines = [str(problem) for problem in found]
    wanted = [line for line in lines if re.match(rf"\w+\.(yaml|py):{place}: ", line)]
    assert wanted, lines
    assert any(what in line and remedy in line for line in wanted), wanted


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def test_the_unchanged_declarations_have_no_problems(desk: Path) -> None:
    assert problems(desk / "agent.yaml", AGENT) == []
    assert problems(desk / "stack.yaml", STACK) == []


@pytest.mark.parametrize(
    ("text", "place", "what", "remedy"),
    [case[1:] for case in BROKEN_YAML],
    ids=[case[0] for case in BROKEN_YAML],
)
def test_broken_yaml(desk: Path, text: str, place: str, what: str, remedy: str) -> None:
    expect(problems(desk / "agent.yaml", text), place, what, remedy)


@pytest.mark.parametrize(
    ("old", "new", "place", "what", "remedy"),
    [case[1:] for case in BAD_AGENTS],
    ids=[case[0] for case in BAD_AGENTS],
)
def test_bad_agents(desk: Path, old: str, new: str, place: str, what: str, remedy: str) -> None:
    expect(problems(desk / "agent.yaml", changed(AGENT, old, new)), place, what, remedy)


@pytest.mark.parametrize(
    ("old", "new", "place", "what", "remedy"),
    [case[1:] for case in BAD_STACKS],
    ids=[case[0] for case in BAD_STACKS],
)
def test_bad_stacks(desk: Path, old: str, new: str, place: str, what: str, remedy: str) -> None:
    found = problems(desk / "stack.yaml", changed(STACK, old, new))
    expect(found, place, what, remedy)
    assert "sk-hidden" not in "".join(map(str, found))


def test_all_problems_of_a_file_come_together_in_its_order(desk: Path) -> None:
    text = changed(STACK, "deepgram_stt", "deepgrm")
    text = changed(text, "kind: cascaded", "knd: cascaded")
    text = changed(text, "  - llm\n  - tts\n", "  - tts\n  - llm\n")
    found = problems(desk / "stack.yaml", text)
    assert [problem.line for problem in found] == [1, 2, 7, 16]
