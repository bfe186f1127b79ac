"""The key of hashes: from the environment, else made once and kept outside of any call's folder."""

import stat
from pathlib import Path

from callwright.lab.replayed import replay_key
from callwright.recorder.hash_key import hash_key, key_file


def test_the_environment_names_the_key(tmp_path: Path) -> None:
    env = {"CALLWRIGHT_HASH_KEY": "ours", "XDG_DATA_HOME": str(tmp_path)}
    assert hash_key(env) == b"ours"
    assert not list(tmp_path.iterdir())


def test_the_first_call_makes_a_key_and_every_other_finds_it(tmp_path: Path) -> None:
    env = {"XDG_DATA_HOME": str(tmp_path), "CALLWRIGHT_HASH_KEY": ""}
    first = hash_key(env)
    assert len(first) == 32
    assert hash_key(env) == first
    path = key_file(env)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["hash.key"]
    assert hash_key({"XDG_DATA_HOME": str(tmp_path / "another")}) != first


def test_a_key_that_cannot_be_kept_lasts_for_the_program(tmp_path: Path) -> None:
    (tmp_path / "callwright").write_text("in the way")
    env = {"XDG_DATA_HOME": str(tmp_path)}
    assert hash_key(env) == hash_key(env)
    damaged = {"XDG_DATA_HOME": str(tmp_path / "damaged")}
    key_file(damaged).parent.mkdir(parents=True)
    key_file(damaged).write_text("no key")
    assert hash_key(damaged) == hash_key(env)


def test_a_replay_has_the_same_key_in_every_process() -> None:
    assert replay_key(0) == replay_key(0) != replay_key(1)
