"""Bad input on the command line: one line a problem on stderr, exit code 2, no traceback."""

import sys
from collections.abc import Generator
from contextlib import contextmanager

import typer

from callwright.declarations.errors import InputError

BAD_INPUT = 2


@contextmanager
def bad_input() -> Generator[None]:
    """Turn an ``InputError`` (and so a ``DeclarationError``) into its lines and exit code 2.

    Works as a decorator of a command as well.
    """
    try:
        yield
    except InputError as error:
        for line in error.lines:
            sys.stderr.write(f"{line}\n")
        raise typer.Exit(BAD_INPUT) from None
