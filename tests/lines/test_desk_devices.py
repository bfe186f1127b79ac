import builtins
import sys

import pytest
from desk_fakes import FakePortAudio, device

from callwright.declarations.errors import InputError
from callwright.lines.desk_devices import (
    choose_device,
    default_indices,
    describe_devices,
    list_devices,
    load_portaudio,
)

ROOM = [
    device("HDA Intel PCH: ALC257 Analog (hw:0,0)", ins=2, outs=2),
    device("HDMI 0 (hw:0,3)", outs=8),
    device("Jabra Evolve 40: USB Audio (hw:1,0)", ins=1, outs=2),
    device("pulse", ins=32, outs=32, rate=44100),
    device("Webcam C920 (hw:2,0)", ins=2),
]


def choose(kind, wanted, devices=ROOM, default=3):
    portaudio = FakePortAudio(devices, (default, default))
    return choose_device(list_devices(portaudio), kind, wanted, default)


@pytest.mark.parametrize(
    ("kind", "wanted", "index"),
    [
        ("microphone", None, 3),
        ("speaker", None, 3),
        ("microphone", "2", 2),
        ("microphone", "jabra", 2),
        ("speaker", "Evolve 40", 2),
        ("microphone", " PULSE ", 3),
        ("microphone", "hw:2", 4),
    ],
)
def test_a_device_is_found_by_number_name_or_part_of_its_name(kind, wanted, index):
    assert choose(kind, wanted).index == index


def test_an_exact_name_wins_over_a_longer_one_that_holds_it():
    rows = [device("Headset Mono Plus", ins=1), device("Headset Mono", ins=1)]

    assert choose("microphone", "headset mono", rows, 0).index == 1


def test_the_same_name_under_two_hosts_means_the_host_of_the_default_device():
    rows = [device("Headset", ins=1, host=0), device("Headset", ins=1, host=1)]

    assert choose("microphone", "headset", rows, default=1).index == 1


@pytest.mark.parametrize(
    ("kind", "wanted", "says"),
    [
        ("microphone", "Jabra Evolv 4O", ["no microphone 'Jabra Evolv 4O'", "did you mean 'Jabra"]),
        ("speaker", "webcam", ["no speaker 'webcam'", "0 'HDA Intel", "2 'Jabra"]),
        ("speaker", "4", ["device 4 (Webcam C920 (hw:2,0)) is not a speaker", "--speaker"]),
        ("microphone", "99", ["there is no device 99", "--list-devices"]),
        ("speaker", "hw:0", ["'hw:0' fits 2 speakers", "1 'HDMI", "--speaker 0"]),
        ("microphone", "", ["no microphone ''"]),
    ],
)
def test_what_cannot_be_found_is_answered_with_what_can(kind, wanted, says):
    with pytest.raises(InputError) as caught:
        choose(kind, wanted)

    assert [part for part in says if part not in str(caught.value)] == []


def test_a_speaker_is_never_offered_as_a_microphone():
    with pytest.raises(InputError) as caught:
        choose("microphone", "nothing like it")

    assert "HDMI" not in str(caught.value)


def test_no_default_device_asks_for_a_choice():
    with pytest.raises(InputError, match=r"no default microphone; choose one with --microphone: 0"):
        choose("microphone", None, default=-1)


def test_a_machine_without_devices_is_told_what_to_do():
    with pytest.raises(InputError, match=r"no speaker; connect one.*callwright talk"):
        choose("speaker", None, devices=[], default=-1)


def test_the_list_shows_number_name_host_rate_and_defaults():
    lines = describe_devices(FakePortAudio(ROOM, (2, 3)))

    assert lines[2].endswith(
        "Jabra Evolve 40: USB Audio (hw:1,0)  [ALSA, 48000 Hz]  microphone (default), speaker"
    )
    assert lines[3].endswith("pulse  [ALSA, 44100 Hz]  microphone, speaker (default)")
    assert [line.split()[0] for line in lines] == ["0", "1", "2", "3", "4"]


def test_default_indices_are_minus_one_without_devices():
    assert default_indices(FakePortAudio([], (-1, -1))) == {"microphone": -1, "speaker": -1}


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (ModuleNotFoundError("No module named 'sounddevice'"), "uv sync --extra local"),
        (OSError("PortAudio library not found"), "apt-get install libportaudio2"),
    ],
)
def test_a_missing_library_says_how_to_install_it(monkeypatch, failure, says):
    real = builtins.__import__

    def without_sounddevice(name, *rest, **more):
        if name == "sounddevice":
            raise failure
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(builtins, "__import__", without_sounddevice)

    with pytest.raises(InputError) as caught:
        load_portaudio()

    assert says in str(caught.value)
