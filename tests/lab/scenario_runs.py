"""Scenario files that tests write, and run."""

from pathlib import Path

from callwright.lab.options import ReplayOptions
from callwright.lab.replayed import Replayed
from callwright.lab.scenarios.run import run_scenario

HEAD = """\
name: test
agent: reception
stack: cascaded
scenarios:
  - name: one
    turns:
"""
GREETING = """\
      - expect:
          - event: response
            text_contains: help you
"""


def written(folder: Path, turns: str, head: str = HEAD) -> Path:
    path = folder / "test.yaml"
    path.write_text(head + turns)
    return path


HEARD = "judge:\n  modality: audio\n  transcription: {service: moonshine}\n"
SPOKEN = HEAD.replace("scen", f"{HEARD}scen")


def run(folder: Path, turns: str, head: str = SPOKEN) -> Replayed:
    return run_scenario(written(folder, turns, head), ReplayOptions(out=folder))
