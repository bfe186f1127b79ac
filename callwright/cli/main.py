"""The command line. The clock comes first: whatever is imported after it can be replayed."""

# ruff: noqa: E402

from callwright.clock import install
from callwright.clock.real import real_seconds
from callwright.quiet import quiet

BEGAN = real_seconds()
install()
quiet()

import typer
from dotenv import find_dotenv, load_dotenv

from callwright.cli.check import check
from callwright.cli.emulate import emulate
from callwright.cli.hear import hear
from callwright.cli.replay import replay
from callwright.cli.run import run
from callwright.cli.services import services
from callwright.cli.simulate import simulate
from callwright.cli.talk import talk

app = typer.Typer(
    name="callwright",
    help="Voice agents declared in YAML; every call a folder that can be opened and replayed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (check, services, talk, run, replay, simulate, hear, emulate):
    app.command()(command)


def main() -> None:
    """Run the command line."""
    load_dotenv(find_dotenv(usecwd=True), override=False)
    app()
