"""``callwright services``: what a stack can use, without a value of the environment."""

import json
import sys

import pytest
import typer
from typer.testing import CliRunner

from callwright.cli.services import services
from callwright.declarations import catalogue, extras
from callwright.emulators.providers import proven

KEYS = {"use", "kind", "role", "extra", "keys", "installed", "proven", "notes"}


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(services)
    return app


def rows(app: typer.Typer) -> list[dict[str, object]]:
    result = CliRunner().invoke(app, ["--json"])
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    return json.loads(line)


def test_json_holds_every_service_with_the_keys_of_the_contract(app: typer.Typer) -> None:
    found = rows(app)
    assert [row["use"] for row in found] == list(catalogue.services())
    assert all(row.keys() >= KEYS for row in found)
    by_name = {str(row["use"]): row for row in found}
    deepgram = by_name["deepgram_stt"]
    assert deepgram["role"] == "stt"
    assert deepgram["kind"] == "cloud"
    assert deepgram["extra"] == "deepgram"
    assert deepgram["keys"] == ["DEEPGRAM_API_KEY"]
    assert by_name["silero"]["installed"] is True
    assert by_name["silero"]["extra"] is None


def test_values_are_never_printed(app: typer.Typer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGRAM_API_KEY", "dg-s3cret")
    for arguments in ([], ["--json"]):
        assert "s3cret" not in CliRunner().invoke(app, arguments).output


def test_it_says_which_keys_are_set_and_what_installs_the_rest(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPGRAM_API_KEY", "dg-s3cret")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    by_name = {str(row["use"]): row for row in rows(app)}
    assert by_name["deepgram_stt"]["present"] == ["DEEPGRAM_API_KEY"]
    assert by_name["anthropic_llm"]["present"] == []
    assert by_name["deepgram_stt"]["install"] is None
    for row in by_name.values():
        assert bool(row["install"]) is not row["installed"]
    assert by_name["openai_realtime"]["stacks"] == ["half-cascade", "s2s"]
    table = CliRunner().invoke(app, []).stdout
    assert "+DEEPGRAM_API_KEY" in table
    assert "-ANTHROPIC_API_KEY" in table


def test_a_library_for_another_python_says_for_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    extras._requirements.cache_clear()
    try:
        assert not extras.installed("aws-nova-sonic")
        assert extras.hint("aws-nova-sonic") == (
            "its library needs Python 3.12 or newer, and this is 3.11"
        )
    finally:
        extras._requirements.cache_clear()


def test_the_table_fits_80_columns_and_names_every_service_once(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    first_words = [line.split(" ", 1)[0] for line in lines]
    for name in catalogue.services():
        assert first_words.count(name) == 1, name


def test_what_has_a_stand_in_is_proven(app: typer.Typer) -> None:
    by_name = {str(row["use"]): row for row in rows(app)}
    assert {use for use, row in by_name.items() if "Has a stand-in." in str(row["notes"])} == (
        proven()
    )
    assert all(by_name[use]["proven"] for use in proven())
    assert by_name["silero"]["proven"]
    assert not by_name["xai_realtime"]["proven"]
