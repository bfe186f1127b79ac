"""The key of the hashes that stand for sensitive values: the installation's, in no call folder."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from loguru import logger

_BYTES = 32


def hash_key(env: Mapping[str, str] | None = None) -> bytes:
    """Return the key that the environment names, else the installation's, made at its first use.

    Where it cannot be kept, the key lasts as long as the program: hashes of its calls then compare
    with each other, and with no others.

    Args:
        env: The environment; the program's own when None.
    """
    env = os.environ if env is None else env
    if named := named_key(env):
        return named
    path = key_file(env)
    try:
        return _kept(path)
    except (OSError, ValueError) as error:
        logger.warning(
            f"{path}: the key of hashes cannot be kept ({error}); set CALLWRIGHT_HASH_KEY"
        )
        return _OF_THIS_PROGRAM


def named_key(env: Mapping[str, str]) -> bytes | None:
    """Return the key that the environment names; None without one."""
    named = env.get("CALLWRIGHT_HASH_KEY", "")
    return named.encode() or None


_OF_THIS_PROGRAM = secrets.token_bytes(_BYTES)


def key_file(env: Mapping[str, str]) -> Path:
    """Where an installation keeps its key: among the user's data, as the system has it."""
    data = env.get("XDG_DATA_HOME") or env.get("LOCALAPPDATA")
    folder = Path(data) if data else Path.home() / ".local" / "share"
    return folder / "callwright" / "hash.key"


def _kept(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        # Two calls may be the first at once: whichever is linked first is everybody's.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(_BYTES))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept = bytes.fromhex(path.read_text(encoding="ascii")) if path.stat().st_size else b""
    if len(kept) != _BYTES:
        raise OSError("it is damaged")
    return kept
