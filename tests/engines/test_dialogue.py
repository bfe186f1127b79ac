"""Whole calls as scripts: what the caller says, and what the bot says to it."""

from datetime import date

import pytest
from in_full import InFull

from callwright.conversation import Conversation, Decision, HandoffPlan, Plan, ToolPlan
from callwright.conversation.entities import Choice, PersonName, Phone, Text
from callwright.engines.dialogue import word
from callwright.engines.phrases import LANGUAGES, Phrases

NUMBER = "four one five five five five oh one three two"
ENTITIES = {
    "full_name": PersonName(type="person_name", ask="May I have your name?"),
    "reason": Text(type="text", ask="What is it about?"),
    "phone": Phone(type="phone", ask="What is your number?", confirm="read_back"),
}
TOOL = ToolPlan(
    needs=("full_name", "reason", "phone"),
    say="Your reference is {reference}.",
    on_failure="I could not save your message.",
)
HUMAN = HandoffPlan(say="I'll get somebody from the front desk.")


def clinic(handoff: HandoffPlan | None = None, languages: tuple[str, ...] = ("en",)) -> Plan:
    return Plan(
        greeting="Lakeside Clinic, this is Robin, an automated assistant. How can I help?",
        closing="Thank you, {full_name}. Goodbye.",
        entities=ENTITIES,
        tools={"take_message": TOOL},
        handoff=handoff,
        languages=languages,
    )


def play(plan: Plan, *lines: str, tool: str = "returns") -> list[str]:
    """Speak the caller's lines; return the bot's, the greeting first, and the outcome last."""
    call = InFull(plan, date(2026, 11, 20))
    said = [word(call.greeting(), plan, call)]
    for line in lines:
        decision = _answer(call, line)
        said.append(word(decision, plan, call))
        while decision.tool is not None:
            if tool == "returns":
                call.tool_returned(decision.tool, {"reference": "4711"})
            else:
                call.tool_failed(decision.tool, "timeout")
            decision = call.decide()
            said.append(word(decision, plan, call))
    return [*said, call.outcome]


def _answer(call: Conversation, line: str) -> Decision:
    if line == "<silence>":
        return call.caller_silent()
    if line == "<noise>":
        return call.not_understood()
    call.turn_started()
    for piece in line.split(" / "):
        call.caller_said(piece)
    return call.decide()


GREETING = "Lakeside Clinic, this is Robin, an automated assistant. How can I help?"
DONE = ["One moment, please.", "Your reference is 4711. Thank you, Anna Bell. Goodbye.",
        "completed"]  # fmt: skip


def test_plain() -> None:
    assert play(clinic(), "i'm calling about my bill", "anna bell", NUMBER, "yes") == [
        GREETING,
        "Thank you. May I have your name?",
        "Thanks, Anna. What is your number?",
        "Thank you. I have 4 1 5, 5 5 5, 0 1 3 2. Is that right?",
        *DONE,
    ]


def test_out_of_order() -> None:
    said = f"my number is {NUMBER} and my name is anna bell and i have a question about my bill"
    assert play(clinic(), said, "that's right") == [
        GREETING,
        "Thanks, Anna. I have 4 1 5, 5 5 5, 0 1 3 2. Is that right?",
        *DONE,
    ]


def test_correction() -> None:
    lines = (
        "i want to change my appointment",
        "it's hannah bell",
        "actually my name is Anna Bell",
        "415-555-0199",
        "No, it's 415-555-0132.",
        "Yes, that's correct.",
    )
    assert play(clinic(), *lines) == [
        GREETING,
        "Thank you. May I have your name?",
        "Thanks, Hannah. What is your number?",
        "Thanks, Anna. What is your number?",
        "Thank you. I have 4 1 5, 5 5 5, 0 1 9 9. Is that right?",
        "Thank you. Let me check: 4 1 5, 5 5 5, 0 1 3 2. Is that right?",
        *DONE,
    ]


def test_rejection_and_a_number_in_two_pieces() -> None:
    lines = ("about my bill anna bell", "my name is anna bell", "four one five / five five five",
             "oh one three two", "no", f"it's {NUMBER}", "yep")  # fmt: skip
    assert play(clinic(), *lines) == [
        GREETING,
        "Thank you. May I have your name?",
        "Thanks, Anna. What is your number?",
        "Sorry, I only got 6 digits of that number. What is your number?",
        "Thank you. I have 4 1 5, 5 5 5, 0 1 3 2. Is that right?",
        "Sorry about that. What is your number?",
        "Thank you. Let me check: 4 1 5, 5 5 5, 0 1 3 2. Is that right?",
        *DONE,
    ]


def test_repeat() -> None:
    lines = ("what did you say?", "about my bill", "can you repeat that please", "anna bell",
             NUMBER, "sorry, what was that?", "slower please", "yes")  # fmt: skip
    back = "I have 4 1 5, 5 5 5, 0 1 3 2. Is that right?"
    assert play(clinic(), *lines) == [
        GREETING,
        f"Sure. {GREETING}",
        "Thank you. May I have your name?",
        "Sure. May I have your name?",
        "Thanks, Anna. What is your number?",
        f"Thank you. {back}",
        f"Sure. {back}",
        f"Of course, I'll go slowly. {back}",
        *DONE,
    ]


def test_human() -> None:
    assert play(clinic(HUMAN), "I want to speak to someone about my bill", "thanks") == [
        GREETING,
        "I'll get somebody from the front desk.",
        "Please stay on the line.",
        "handed_off",
    ]


def test_no_human_is_there() -> None:
    assert play(clinic(), "can i talk to a real person", "anna bell") == [
        GREETING,
        "I'm sorry, nobody is available to take your call right now. May I have your name?",
        "Thanks, Anna. What is it about?",
        "incomplete",
    ]


def test_silence() -> None:
    assert play(clinic(HUMAN), "about my bill", *["<silence>"] * 3) == [
        GREETING,
        "Thank you. May I have your name?",
        "Are you still there? May I have your name?",
        "I'm still here. Would you like me to get a person to help you?",
        "I can't hear anybody, so I'll hang up now. Goodbye.",
        "abandoned",
    ]


def test_gibberish() -> None:
    lines = ("about my bill my name is anna bell", "blorp gar", "fizz", "hum di dum", "wibble")
    assert play(clinic(), *lines) == [
        GREETING,
        "Thanks, Anna. What is your number?",
        "Sorry, I didn't get that. What is your number?",
        "I'm sorry, I still didn't get that. What is your number?",
        "I'm sorry, I couldn't get everything I need. Goodbye.",
        "Goodbye.",
        "incomplete",
    ]


def test_noise() -> None:
    assert play(clinic(), *["<noise>"] * 5) == [
        GREETING,
        "Sorry, I couldn't hear you well. May I have your name?",
        "I'm sorry, I still can't make out the words. May I have your name?",
        "The line seems to be bad. May I have your name?",
        "I'm having trouble hearing you. May I have your name?",
        "I'm sorry, I couldn't get everything I need. Goodbye.",
        "incomplete",
    ]


def test_questions_about_the_bot() -> None:
    lines = ("are you a real person?", "who is this", "hello?", "thank you", "never mind", "yes")
    assert play(clinic(), *lines) == [
        GREETING,
        "I'm an automated assistant, not a person. May I have your name?",
        "Lakeside Clinic, this is Robin, an automated assistant. May I have your name?",
        "Yes, I'm here. May I have your name?",
        "You're welcome. May I have your name?",
        "No problem. Do you want to end the call?",
        "All right. Goodbye.",
        "incomplete",
    ]


@pytest.mark.parametrize(
    ("handoff", "last", "outcome"),
    [
        (None, "I could not save your message. Goodbye.", "failed"),
        (
            HUMAN,
            "I'm sorry, something went wrong on our side. I'll get somebody from the front desk.",
            "handed_off",
        ),
    ],
)
def test_a_tool_fails(handoff: HandoffPlan | None, last: str, outcome: str) -> None:
    said = play(
        clinic(handoff), f"my name is anna bell about my bill my number is {NUMBER}", "yes",
        tool="fails",
    )  # fmt: skip
    assert said[-3:] == ["One moment, please.", last, outcome]


def test_two_readings_are_offered() -> None:
    plan = Plan(
        greeting="Roadside help.",
        entities={
            "service": Choice(
                type="choice", ask="What do you need?", values=["towing", "flat_tire"],
                confirm="read_back",
            )
        },
    )  # fmt: skip
    assert play(plan, "towing or a flat tire", "the second one", "yes") == [
        "Roadside help. What do you need?",
        "Did you say towing or flat tire?",
        "Thank you. I have flat tire. Is that right?",
        "Goodbye.",
        "completed",
    ]


def test_names_are_spelled_where_the_agent_says_so() -> None:
    name = PersonName(type="person_name", ask="Your name?", confirm="spell")
    plan = Plan(greeting="Hello.", entities={"full_name": name})
    assert play(plan, "anna bell", "yes")[1] == (
        "Thanks, Anna. I have Anna Bell, A as in apple, N as in nancy, N as in nancy, "
        "A as in apple. B as in boy, E as in edward, L, L. Is that right?"
    )


def test_spanish() -> None:
    spanish = Plan(
        greeting="Clínica del Lago, soy Robin, un asistente automático.",
        closing="Gracias.",
        entities={
            "full_name": PersonName(type="person_name", ask="¿Cómo se llama?"),
            "phone": Phone(
                type="phone", ask="¿Cuál es su número?", region="ES", confirm="read_back"
            ),
        },
        languages=("es",),
        region="ES",
    )
    lines = ("me llamo ana garcía", "perdón", "seis uno dos tres cuatro cinco seis siete ocho",
             "eres una máquina", "sí")  # fmt: skip
    assert play(spanish, *lines) == [
        "Clínica del Lago, soy Robin, un asistente automático. ¿Cómo se llama?",
        "Gracias, Ana. ¿Cuál es su número?",
        "Claro. ¿Cuál es su número?",
        "Gracias. Tengo 6 1 2, 3 4, 5 6, 7 8. ¿Es correcto?",
        "Soy un asistente automático, no una persona. Tengo 6 1 2, 3 4, 5 6, 7 8. ¿Es correcto?",
        "Gracias.",
        "completed",
    ]


def test_a_place_without_a_value_is_left_out() -> None:
    plan = Plan(greeting="Hello {nobody}, how can I help?", entities=ENTITIES)
    assert play(plan)[0] == "Hello, how can I help?"


def test_every_language_has_every_phrase() -> None:
    for phrases in LANGUAGES.values():
        for name in Phrases.__dataclass_fields__:
            said = getattr(phrases, name)
            for sentence in said if isinstance(said, tuple) else (said,):
                assert sentence
                assert name == "or_" or sentence[-1] in ".?!"
