"""The catalogue is Pipecat's own, read as data; what is read is what its classes really take."""

import dataclasses
import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest
from pipecat.cli.registry.service_metadata import ServiceRegistry

from callwright.declarations import catalogue, places, source
from callwright.declarations.resolving import is_installed, resolve
from callwright.declarations.stack import ServiceUse

PIPECAT = {
    definition.value: (role, definition)
    for role, definitions in {
        "stt": ServiceRegistry.STT_SERVICES,
        "llm": ServiceRegistry.LLM_SERVICES,
        "tts": ServiceRegistry.TTS_SERVICES,
        "s2s": ServiceRegistry.REALTIME_SERVICES,
    }.items()
    for definition in definitions
}
IMPORTABLE = [
    service
    for service in catalogue.services().values()
    if service.role in ("stt", "llm", "tts") and is_installed(service)
]


# Where a subclass of ours stands for Pipecat's class.
SUBCLASSED = {
    "anthropic_llm",
    "azure_realtime",
    "cartesia_tts",
    "deepgram_flux_stt",
    "deepgram_stt",
    "openai_llm",
    "openai_realtime",
    "openai_responses_llm",
}


def class_of(service: catalogue.Service) -> source.Class:
    path = source.locate(service.module)
    assert path is not None
    found = source.find_class(source.parse(path, service.module), service.cls_name)
    assert found is not None
    return found


def test_every_service_of_pipecat_is_there() -> None:
    known = catalogue.services()
    assert PIPECAT.keys() <= known.keys()
    for name, (role, definition) in PIPECAT.items():
        assert known[name].role == role
        assert definition.class_name is not None
        if name not in SUBCLASSED:
            assert known[name].cls_name == definition.class_name[0]
        # Azure's own extra is for its speech services.
        if name not in ("azure_realtime", "azure_llm"):
            assert set(known[name].extras) == set(_extras(definition.package))


def _extras(package: str) -> list[str]:
    return package.partition("[")[2].rstrip("]").split(",") if "[" in package else []


@pytest.mark.parametrize("name", PIPECAT)
def test_every_class_of_the_catalogue_can_be_read(name: str) -> None:
    cls = class_of(catalogue.services()[name])
    settings = source.inner_class(cls, "Settings")
    assert settings is not None
    assert "model" in source.fields(settings)
    parameters, takes_others = source.constructor(cls, ["no such parameter"])
    assert parameters
    assert not takes_others


# Importing Pipecat's services warns about what they import themselves.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("service", IMPORTABLE, ids=lambda service: service.use)
def test_what_is_read_is_what_python_sees(service: catalogue.Service) -> None:
    cls: Any = getattr(importlib.import_module(service.module), service.cls_name)
    read = class_of(service)
    settings = source.inner_class(read, "Settings")
    assert settings is not None
    names = {field.name for field in dataclasses.fields(cls.Settings)}
    assert source.fields(settings).keys() == names
    parameters, _ = source.constructor(read, [])
    for name, parameter in inspect.signature(cls.__init__).parameters.items():
        if name != "self" and parameter.kind is not parameter.VAR_KEYWORD:
            assert parameters[name].required == (parameter.default is parameter.empty)


def test_keys_come_from_the_variables_that_pipecat_uses() -> None:
    known = catalogue.services()
    assert known["deepgram_stt"].keys == {"api_key": "DEEPGRAM_API_KEY"}
    assert known["azure_stt"].keys == {
        "api_key": "AZURE_SPEECH_API_KEY",
        "region": "AZURE_SPEECH_REGION",
    }
    assert known["ollama_llm"].keys == {}


@pytest.mark.parametrize("name", PIPECAT)
def test_keys_are_parameters_of_the_class(name: str) -> None:
    service = catalogue.services()[name]
    parameters, _ = source.constructor(class_of(service), list(service.keys))
    if name != "ultravox":  # its key goes into an object
        assert service.keys.keys() <= parameters.keys()


@pytest.mark.parametrize("name", ["deepgram_stt", "openai_stt", "mistral_stt"])
def test_a_service_asks_for_its_key(name: str) -> None:
    document = places.parse(f"services: {{stt: {{use: {name}}}}}".encode(), Path("stack.yaml"))
    variable = catalogue.services()[name].keys["api_key"]
    resolved, problems = resolve("stt", ServiceUse(use=name), document, {})
    assert problems == []
    assert resolved is not None
    assert resolved.key_env == {"api_key": variable}
    assert resolved.env_names == (variable,)


@pytest.mark.parametrize("name", ["silero", "smart_turn_v3", "embedded_stt", "embedded_llm"])
def test_ours_are_found_without_reading_pipecats_catalogue(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "services", None)
    service = catalogue.find(name)
    assert service is not None
    assert service.kind == "local"
    assert class_of(service).node.name == service.cls_name


def test_the_overlay_corrects_only_what_exists() -> None:
    corrected = catalogue._overlay()["pipecat"]
    assert corrected.keys() <= PIPECAT.keys()
    fields = {field.name for field in dataclasses.fields(catalogue.Service)}
    assert all(facts.keys() <= fields for facts in corrected.values())


def test_keys_are_given_when_the_service_is_constructed() -> None:
    resolved = catalogue.ResolvedService(
        "stt", "x", "m", "C", args={"channels": 1}, key_env={"api_key": "X_KEY"}
    )
    assert resolved.arguments({"X_KEY": "k"}) == {"api_key": "k", "channels": 1}
    assert resolved.arguments({}, missing="none") == {"api_key": "none", "channels": 1}
    with pytest.raises(KeyError):
        resolved.arguments({})


def test_a_resolved_service_keeps_its_values_out_of_its_repr() -> None:
    resolved = catalogue.ResolvedService("stt", "x", "m", "C", {"a": "s3cret"}, {"b": "s3cret"})
    assert "s3cret" not in repr(resolved)
