"""Personas are data: those that come along, those of a user, and what their lines do to sound."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from callwright.conversation import Plan
from callwright.conversation.entities import PersonName
from callwright.declarations.errors import DeclarationError, InputError
from callwright.lab.caller import CHUNK
from callwright.lab.otherwise_said import in_spanish, spelled
from callwright.lab.personas import Persona, TelephoneLine, bundled, persona_called
from callwright.lab.simulate import SimulateOptions, check, simulate
from callwright.lab.simulated_caller import SimulatedCaller
from callwright.lab.telephone import Telephone, street

KNOWN = {
    "cooperative", "hurried", "interrupts", "mumbles", "silent", "changes_mind", "spells",
    "fragments", "noisy_line", "hostile", "switches_language", "refuses",
}  # fmt: skip


def test_those_that_come_along() -> None:
    assert set(bundled()) == KNOWN
    assert all(persona.name == name for name, persona in bundled().items())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("persona: me\npauze: [1, 2]\n", "2:1: the key 'pauze' is unknown; did you mean 'pause'?"),
        ("persona: me\nsilent: 1.5\n", "2:9: silent"),
        ("persona: me\npause: [2, 1]\n", "me.yaml:2:8: pause: it goes from the shortest to the"),
        (
            "persona: me\nfragments: {pause: [2, 1]}\n",
            "me.yaml:2:20: fragments.pause: it goes from",
        ),
        ("persona: any\n", "me.yaml:1:1: no persona can be called 'any'"),
        ("persona: me\nline: {codec: opus}\n", "2:15: line.codec 'opus' is unknown"),
        ("pause: [1, 2]\n", "the key 'persona' is missing"),
    ],
)
def test_a_file_that_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "me.yaml"
    path.write_text(text)
    with pytest.raises(DeclarationError) as told:
        persona_called(str(path))
    assert any(message in line for line in told.value.lines), told.value.lines
    with pytest.raises(InputError, match="did you mean 'hostile'"):
        persona_called("hostil")


def test_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "me.yaml"
    path.write_text("persona: me\nrate_wpm: 120\nline: {codec: mulaw, street: -40}\n")
    assert persona_called(str(path)).line == TelephoneLine(codec="mulaw", street=-40)


PATIENT = """\
persona: patient
knows:
  full_name: [anna bell, it's anna bell]
  date_of_birth: march third nineteen eighty five
"""


def test_what_a_caller_knows_is_not_made_up(tmp_path: Path) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text(PATIENT)
    options = SimulateOptions("clinic", "cascaded", str(path), out=tmp_path / "calls")
    call = simulate(1, options)
    assert (call.outcome, call.violations) == ("completed", [])


@pytest.mark.soak
def test_the_clinic_knows_nobody_born_on_another_day(tmp_path: Path) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text(PATIENT.replace("eighty five", "eighty six"))
    options = SimulateOptions("clinic", "cascaded", str(path), out=tmp_path / "calls")
    assert simulate(1, options).outcome == "handed_off"


def test_nobody_takes_back_what_is_so() -> None:
    entity = PersonName(type="person_name", ask="May I have your full name?")
    plan = Plan(entities={"full_name": entity})
    persona = Persona(persona="me", changes=1, knows={"full_name": ["anna bell"]})
    one = SimulatedCaller(plan, date(2026, 11, 20), persona, 1)
    said = {one.answer("May I have your full name?") for _ in range(5)}
    assert said == {"anna bell"}


@pytest.mark.parametrize(
    ("knows", "message"),
    [
        ("{full_nam: anna bell}",
         "me.yaml:2:9: agent clinic has no entity 'full_nam'; did you mean 'full_name'?; use "),
        ("{date_of_birth: [march third nineteen eighty five, soon]}",
         "me.yaml:2:59: agent clinic makes no date_of_birth of 'soon'; write it as a caller would"),
        ("{full_name: []}", "me.yaml:2:20: knows.full_name"),
        ("{full_name: 5}", "me.yaml:2:20: knows.full_name should be"),
    ],
)  # fmt: skip
def test_what_the_agent_could_not_be_told(tmp_path: Path, knows: str, message: str) -> None:
    path = tmp_path / "me.yaml"
    path.write_text(f"persona: me\nknows: {knows}\n")
    with pytest.raises(DeclarationError) as told:
        check(SimulateOptions("clinic", "embedded", str(path)))
    assert message in told.value.lines[0], told.value.lines


# --- words --------------------------------------------------------------------------------------


def test_the_same_words_otherwise() -> None:
    assert spelled("anna bell") == "anna bell, a n n a, b e l l"
    assert in_spanish("my number is four one five") == "mi número es cuatro uno cinco"
    assert in_spanish("my name is anna bell") == "mi nombre es anna bell"


def caller(name: str, seed: int) -> SimulatedCaller:
    entity = PersonName(type="person_name", ask="May I have your full name?")
    plan = Plan(entities={"full_name": entity})
    return SimulatedCaller(plan, date(2026, 11, 20), bundled()[name], seed)


def test_a_caller_who_spells_is_understood_all_the_same() -> None:
    one = caller("spells", 1)
    goal = one.goal["full_name"]
    assert goal.spoken == spelled((goal.value or "").lower())
    assert one.answer("May I have your full name?") == goal.spoken


def test_a_caller_who_switches_says_so_in_that_language() -> None:
    said = set[str]()
    for seed in range(60):
        one = caller("switches_language", seed)
        words = one.answer("Would you like me to get a person to help you?") or ""
        if one.language == "es":
            said.add(words)
    assert {"no gracias", "¿podemos hablar en español?"} <= said


# --- sound --------------------------------------------------------------------------------------


def carried(line: TelephoneLine, sound: np.ndarray, seed: str = "1") -> np.ndarray:
    telephone = Telephone(line, seed)
    chunks = [sound[at : at + CHUNK].astype(np.int16) for at in range(0, len(sound), CHUNK)]
    return np.frombuffer(b"".join(telephone.carry(one.tobytes()) for one in chunks), np.int16)


SECOND = np.arange(16000) / 16000


def level(sound: np.ndarray) -> float:
    return 20 * np.log10(np.sqrt(np.mean(np.square(sound.astype(float)))) / 32767 + 1e-9)


def test_a_good_line_changes_nothing() -> None:
    tone = 8000 * np.sin(2 * np.pi * 440 * SECOND)
    assert np.array_equal(carried(TelephoneLine(), tone), tone.astype(np.int16))


def test_a_telephone_lets_no_high_tones_through() -> None:
    line = TelephoneLine(codec="mulaw")
    low = carried(line, 8000 * np.sin(2 * np.pi * 440 * SECOND))
    high = carried(line, 8000 * np.sin(2 * np.pi * 6000 * SECOND))
    assert len(low) == 16000
    assert level(low[4000:]) == pytest.approx(level(8000 * np.sin(SECOND * 2764)), abs=0.5)
    assert level(high[4000:]) < -70


def test_the_street_is_as_loud_as_it_says_and_never_still() -> None:
    quiet = np.zeros(16000 * 24)
    heard = carried(TelephoneLine(street=-46), quiet)
    assert level(heard) == pytest.approx(-46, abs=0.5)
    assert min(level(heard[at : at + 1600]) for at in range(0, len(heard), 1600)) > -60
    assert np.mean(np.square(street())) == pytest.approx(1, abs=1e-3)


def test_packets_get_lost_as_often_as_it_says_the_same_ones_every_time() -> None:
    loud = np.full(16000 * 60, 8000)
    line = TelephoneLine(loss=0.05)
    heard = carried(line, loud)
    lost = np.mean([not np.all(one == 8000) for one in heard.reshape(-1, CHUNK)])
    assert 0.035 < lost < 0.065
    assert np.array_equal(heard, carried(line, loud))
    assert not np.array_equal(heard, carried(line, loud, seed="2"))


def test_a_persona_is_strict() -> None:
    with pytest.raises(ValueError, match="extra_forbidden"):
        Persona.model_validate({"persona": "me", "rude": True})
