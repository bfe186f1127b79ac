"""The stock of sentences from which the dialogue engine words decisions, by language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's stock of sentences; tuples are taken in turn, by attempt."""

    thanks: str
    thanks_name: str
    again: tuple[str, ...]
    rejected: tuple[str, ...]
    problem: str
    in_short: tuple[str, ...]
    have: tuple[str, ...]
    right: str
    which: str
    or_: str
    misheard: tuple[str, ...]
    silence: tuple[str, ...]
    offer: str
    stop: str
    go_on: str
    robot: str
    who: str
    hello: str
    you_are_welcome: str
    no_human: str
    working: str
    take_your_time: str
    sure: str
    slower: str
    hand_off: str
    tool_failed: str
    goodbye: str
    incomplete: str
    away: str
    refused: str
    not_verified: str
    farewell: str
    stay: str
    trouble: str
    failed: str


ENGLISH = Phrases(
    thanks="Thank you.",
    thanks_name="Thanks, {name}.",
    again=(
        "Sorry, I didn't get that.",
        "I'm sorry, I still didn't get that.",
        "Once more, please.",
    ),
    rejected=("Sorry about that.", "My apologies.", "Let's try that again."),
    problem="Sorry, {problem}.",
    in_short=(
        "Sorry, I didn't get all of that. Could you say that in a few words?",
        "Could you say that in a few words?",
    ),
    have=("I have {value}.", "Let me check: {value}.", "I'd like to be sure: {value}."),
    right="Is that right?",
    which="Did you say {choices}?",
    or_="or",
    misheard=(
        "Sorry, I couldn't hear you well.",
        "I'm sorry, I still can't make out the words.",
        "The line seems to be bad.",
        "I'm having trouble hearing you.",
    ),
    silence=("Are you still there?", "I'm still here.", "I can't hear you."),
    offer="Would you like me to get a person to help you?",
    stop="No problem. Do you want to end the call?",
    go_on="How can I help?",
    robot="I'm an automated assistant, not a person.",
    who="You're talking to an automated assistant.",
    hello="Yes, I'm here.",
    you_are_welcome="You're welcome.",
    no_human="I'm sorry, nobody is available to take your call right now.",
    working="One moment, please.",
    take_your_time="Take your time.",
    sure="Sure.",
    slower="Of course, I'll go slowly.",
    hand_off="I'll put you through to someone now. Please stay on the line.",
    tool_failed="I'm sorry, something went wrong on our side.",
    goodbye="All right.",
    incomplete="I'm sorry, I couldn't get everything I need.",
    away="I can't hear anybody, so I'll hang up now.",
    refused="I'm sorry, I can't go on without that.",
    not_verified="I'm sorry, I couldn't find that. Let's go through it once more.",
    farewell="Goodbye.",
    stay="Please stay on the line.",
    trouble="I'm sorry, I'm having some trouble here. Could you say that again, please?",
    failed=(
        "I'm sorry, something went wrong on our side, and I can't go on. "
        "Please call again in a little while. Goodbye."
    ),
)
SPANISH = Phrases(
    thanks="Gracias.",
    thanks_name="Gracias, {name}.",
    again=("Perdón, no le entendí.", "Lo siento, sigo sin entenderle.", "Una vez más, por favor."),
    rejected=("Disculpe.", "Lo siento.", "Intentémoslo otra vez."),
    problem="Perdón, {problem}.",
    in_short=(
        "Perdón, no lo entendí todo. ¿Puede decirlo en pocas palabras?",
        "¿Puede decirlo en pocas palabras?",
    ),
    have=("Tengo {value}.", "Compruebo: {value}.", "Para estar seguro: {value}."),
    right="¿Es correcto?",
    which="¿Dijo {choices}?",
    or_="o",
    misheard=(
        "Perdón, no le oí bien.",
        "Lo siento, sigo sin oírle bien.",
        "Parece que la línea es mala.",
        "Me cuesta oírle.",
    ),
    silence=("¿Sigue ahí?", "Sigo aquí.", "No le oigo."),
    offer="¿Quiere que le pase con una persona?",
    stop="No pasa nada. ¿Quiere terminar la llamada?",
    go_on="¿En qué puedo ayudarle?",
    robot="Soy un asistente automático, no una persona.",
    who="Está hablando con un asistente automático.",
    hello="Sí, le escucho.",
    you_are_welcome="De nada.",
    no_human="Lo siento, ahora mismo no hay nadie disponible.",
    working="Un momento, por favor.",
    take_your_time="Tómese su tiempo.",
    sure="Claro.",
    slower="Por supuesto, voy más despacio.",
    hand_off="Le paso con una persona. No cuelgue, por favor.",
    tool_failed="Lo siento, algo ha fallado por nuestra parte.",
    goodbye="De acuerdo.",
    incomplete="Lo siento, no he podido apuntar todo lo que necesito.",
    away="No oigo a nadie, así que voy a colgar.",
    refused="Lo siento, sin eso no puedo continuar.",
    not_verified="Lo siento, no lo encuentro. Repasemos los datos.",
    farewell="Adiós.",
    stay="No cuelgue, por favor.",
    trouble="Lo siento, tengo algún problema. ¿Puede repetirlo, por favor?",
    failed=(
        "Lo siento, algo ha fallado por nuestra parte y no puedo continuar. "
        "Vuelva a llamar dentro de un rato, por favor. Adiós."
    ),
)
LANGUAGES = {"en": ENGLISH, "es": SPANISH}
