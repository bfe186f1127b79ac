"""Which microphone and which speaker: what PortAudio offers, and the one that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from callwright.declarations.errors import InputError, nearest_word

Kind = Literal["microphone", "speaker"]

_LIST_THEM = "`callwright run -t local --list-devices` lists them"


@dataclass(frozen=True, slots=True)
class Device:
    """One row of PortAudio's list.

    Args:
        index: PortAudio's number of the device.
        name: As PortAudio spells it.
        host: The system behind it: ``ALSA``, ``Core Audio``, ``MME``…
        inputs: Channels it can record.
        outputs: Channels it can play.
        rate: The rate it prefers, Hz.
    """

    index: int
    name: str
    host: str
    inputs: int
    outputs: int
    rate: int

    def can(self, kind: Kind) -> bool:
        """Whether the device records (for a microphone) or plays (for a speaker)."""
        return (self.inputs if kind == "microphone" else self.outputs) > 0


def load_portaudio() -> Any:
    """The module `sounddevice`, ready for use.

    Raises:
        InputError: The package or the PortAudio library under it is missing.
    """
    try:
        import sounddevice
    except ModuleNotFoundError as error:
        raise InputError(
            "microphone and speaker need the package `sounddevice`",
            "install it: `uv sync --extra local`, or `pip install 'callwright[local]'`",
        ) from error
    except OSError as error:
        raise InputError(
            f"microphone and speaker need the PortAudio library ({error})",
            "install it: `apt-get install libportaudio2` on Debian and Ubuntu, "
            "`dnf install portaudio` on Fedora, `brew install portaudio` on macOS",
        ) from error
    return sounddevice


def list_devices(portaudio: Any) -> list[Device]:
    """Every device PortAudio knows, in its order. The list is made when PortAudio loads."""
    hosts = [host["name"] for host in portaudio.query_hostapis()]
    return [
        Device(
            index=index,
            name=row["name"],
            host=hosts[row["hostapi"]],
            inputs=row["max_input_channels"],
            outputs=row["max_output_channels"],
            rate=int(row["default_samplerate"]),
        )
        for index, row in enumerate(portaudio.query_devices())
    ]


def default_indices(portaudio: Any) -> dict[Kind, int]:
    """PortAudio's default devices; -1 where there is none."""
    microphone, speaker = portaudio.default.device
    return {"microphone": int(microphone), "speaker": int(speaker)}


def choose_device(
    devices: Sequence[Device], kind: Kind, wanted: str | None, default: int
) -> Device:
    """The device that was asked for.

    Args:
        devices: All devices.
        kind: What it is to do.
        wanted: Its number, its name or a part of its name; None for the default one.
        default: Index of the default device, -1 when there is none.

    Raises:
        InputError: There is none, none that can do it, or more than one.
    """
    able = [device for device in devices if device.can(kind)]
    if not able:
        raise InputError(
            f"this machine has no {kind}",
            "connect one, or start the sound server (PulseAudio, PipeWire); "
            "`callwright talk` uses a browser's microphone instead",
        )
    if wanted is None:
        return _default(able, kind, default)
    if wanted.strip().isdigit():
        return _by_index(devices, kind, int(wanted))
    return _by_name(able, kind, wanted, default)


def _default(able: Sequence[Device], kind: Kind, default: int) -> Device:
    for device in able:
        if device.index == default:
            return device
    raise InputError(
        f"there is no default {kind}",
        f"choose one with --{kind}: {_names(able)}",
    )


def _by_index(devices: Sequence[Device], kind: Kind, index: int) -> Device:
    for device in devices:
        if device.index == index:
            if device.can(kind):
                return device
            raise InputError(
                f"device {index} ({device.name}) is not a {kind}",
                f"choose one with --{kind}: {_names([d for d in devices if d.can(kind)])}",
            )
    raise InputError(f"there is no device {index}", _LIST_THEM)


def _by_name(able: Sequence[Device], kind: Kind, wanted: str, default: int) -> Device:
    folded = wanted.strip().casefold()
    exact = [device for device in able if device.name.casefold() == folded]
    found = exact or [device for device in able if folded and folded in device.name.casefold()]
    if not found:
        raise InputError(
            f"there is no {kind} '{wanted}'{_nearest(able, wanted)}",
            f"choose one of: {_names(able)}",
        )
    if len(found) > 1:
        found = _under_one_host(found, able, default) or found
    if len(found) > 1:
        raise InputError(
            f"'{wanted}' fits {len(found)} {kind}s: {_names(found)}",
            f"say it with its number, for example --{kind} {found[0].index}",
        )
    return found[0]


def _under_one_host(found: Sequence[Device], able: Sequence[Device], default: int) -> list[Device]:
    # Windows lists each device once per host interface; the default device's is the one to use.
    hosts = [device.host for device in able if device.index == default]
    return [device for device in found if device.host in hosts]


def _nearest(able: Sequence[Device], wanted: str) -> str:
    near = nearest_word(wanted, [device.name for device in able])
    return f"; did you mean '{near}'?" if near else ""


def _names(devices: Sequence[Device]) -> str:
    return ", ".join(f"{device.index} '{device.name}'" for device in devices)


def describe_devices(portaudio: Any = None) -> list[str]:
    """One line a device, as ``--list-devices`` prints them.

    Raises:
        InputError: PortAudio is missing.
    """
    portaudio = portaudio or load_portaudio()
    defaults = default_indices(portaudio)
    return [_describe(device, defaults) for device in list_devices(portaudio)]


def _describe(device: Device, defaults: dict[Kind, int]) -> str:
    kinds: list[Kind] = [kind for kind in ("microphone", "speaker") if device.can(kind)]
    roles = [f"{kind} (default)" if defaults[kind] == device.index else kind for kind in kinds]
    about = f"{device.name}  [{device.host}, {device.rate} Hz]"
    return f"{device.index:3d}  {about}  {', '.join(roles)}"
