"""The files that build an image name things that exist; the build itself needs a Docker engine."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
IGNORED = (ROOT / ".dockerignore").read_text().split()


def test_the_extras_of_the_image_exist():
    wanted = set(re.findall(r"--extra (\w+)", DOCKERFILE))

    assert wanted == {"embedded", "daily", "webrtc"}
    assert wanted <= set(PROJECT["project"]["optional-dependencies"])


def test_every_copied_path_is_there_and_reaches_the_builder():
    paths = [p for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.M) for p in line.split()[:-1]]

    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert set(paths).isdisjoint(IGNORED)


def test_every_package_of_the_project_is_in_the_image():
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert [package for package in packages if f"COPY {package} {package}" not in DOCKERFILE] == []


def test_no_secret_and_no_recorded_call_reaches_the_builder():
    assert {".env", ".env.*", "calls"} <= set(IGNORED)


def test_it_runs_as_an_ordinary_user_from_the_frozen_lock():
    syncs = re.findall(r"uv sync [^\n]*", DOCKERFILE)

    assert re.findall(r"^USER (\d+)$", DOCKERFILE, re.M) == ["10001"]
    assert len(syncs) == 2
    assert all("--frozen" in sync for sync in syncs)


def test_the_cloud_finds_the_function_it_calls():
    import inspect

    from bot import bot

    assert inspect.iscoroutinefunction(bot)
    assert list(inspect.signature(bot).parameters) == ["runner_args"]


def test_the_cloud_configuration_names_an_agent_and_its_secrets():
    config = tomllib.loads((ROOT / "deploy" / "pcc-deploy.toml").read_text())

    assert config["agent_name"] == "callwright"
    assert f"secrets set {config['secret_set']} " in (ROOT / "deploy" / "README.md").read_text()
