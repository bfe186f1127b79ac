"""``callwright hear``: one line of JSON a text, exit 2 with the nearest word."""

import json
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from callwright.cli.hear import hear

KEYS = {"text", "value", "candidates", "problem", "say"}


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(hear)
    return app


def rows(app: typer.Typer, *arguments: str, given: str | None = None) -> list[dict[str, object]]:
    result = CliRunner().invoke(app, [*arguments, "--today", "2026-11-20", "--json"], input=given)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_text_a_line(app: typer.Typer) -> None:
    first, second = rows(app, "date", "tomorrow", "no idea")
    assert first.keys() == second.keys() == KEYS
    assert first["value"] == "2026-11-21"
    assert first["say"] == "November twenty-first, twenty twenty-six"
    assert second["value"] is None
    assert second["candidates"] == []


def test_texts_come_from_standard_input_when_none_are_given(app: typer.Typer) -> None:
    found = rows(app, "digits", "--param", "length=6", given="four five two seven one nine\n\n45\n")
    assert [row["value"] for row in found] == ["452719", None, None]
    assert found[2]["problem"] == "I heard 2 digits, and it should be 6"


def test_two_equally_good_readings_have_no_value(app: typer.Typer) -> None:
    (row,) = rows(app, "time", "half past three")
    assert row["value"] is None
    assert row["problem"] is None
    values = [one["value"] for one in row["candidates"]]  # type: ignore[union-attr]
    assert values == ["03:30", "15:30"]


def test_spanish_by_its_flag(app: typer.Typer) -> None:
    (row,) = rows(app, "yes_no", "claro que sí", "--lang", "es")
    assert (row["value"], row["say"]) == ("yes", "sí")


def test_spanish_numbers_of_spain_and_of_the_united_states(app: typer.Typer) -> None:
    texts = ["seis uno dos tres cuatro cinco seis siete ocho",
             "cuatro uno cinco cinco cinco cinco cero uno tres dos"]  # fmt: skip
    found = rows(app, "phone", *texts, "--lang", "es")
    assert [row["value"] for row in found] == ["+34612345678", "+14155550132"]


def test_an_agents_entity_with_the_agents_own_region(app: typer.Typer) -> None:
    (row,) = rows(app, "reception:callback_number", "four one five five five five oh one three two")
    assert row["value"] == "+14155550132"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["dat", "x"], "there is no type 'dat'; did you mean"),
        (["digits", "x", "--param", "lenght=6"], "did you mean 'length'?"),
        (["digits", "x", "--param", "length=six"], "is no whole number"),
        (["digits", "x", "--param", "length"], "has no '='"),
        (["date", "x", "--lang", "fr"], "there is no language 'fr'"),
        (["date", "x", "--today", "20.11.2026"], "is no date"),
        (["date", "x", "--param", "between=soon"], "2026-01-01..2026-12-31"),
        (["date", "x", "--param", "past=maybe"], "write true or false"),
        (["code", "x", "--param", "pattern=["], "is no regular expression"),
        (["code", "x", "--param", "check=lun"], "'luhn'"),
        (["choice", "x", "--param", "values=towing"], "values"),
        (["choice", "x", "--param", "synonyms=tow", "--param", "values=a|b"], "has no '='"),
        (["nobody:number", "x"], "nobody"),
        (["reception:fullname", "x"], "did you mean 'full_name'?"),
    ],
)
def test_bad_input_is_told_with_a_remedy(arguments: list[str], says: str, app: typer.Typer) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert says in result.output
    assert "Traceback" not in result.output


def test_it_knows_no_pipecat() -> None:
    code = "import sys, callwright.cli.main; sys.exit('pipecat' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
