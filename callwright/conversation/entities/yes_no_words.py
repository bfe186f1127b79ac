"""Words and set phrases that are a yes, a no, or neither."""

import re

from ..spoken import table, word_set

YES = table(
    """
    yes | yeah | yep | yup | yeppers | yea | yah | yuh | yess | yesss | yeahh | mhmm | mmhm | mmhmm
    mjm | síp | aye | yessir | yes sir | yes ma'am | yes please
    of course | absolutely | certainly | exactly | correct | definitely | affirmative | indeed
    without a doubt | without doubt
    you bet | uh huh | mm hmm | mhm | true | agreed | please do | go ahead | go for it | you got it
    i'm afraid so | i am afraid so
    go right ahead | you've got that right | you got that right | you have that right
    you've got it right | you got it right | you have it right
    why not | i think so | that's it | sure thing | for sure | i guess so | i suppose so | i suppose
    i believe so | i would say so | i'd say so | by all means | you know it | do it | please do it
    let's do it | let's do that | let's do this | let's go | let's go for it | feel free
    be my guest | count me in | sign me up | permission granted | no objection | no objections
    you're right | you are right | you could say that | if i must | perfect | all good
    looks good | sounds good | sounds great | sounds fine | sounds right | sounds about right
    no problem yes | yes indeed | very much so | fine by me | okay by me | ok by me | okay with me
    works for me | suits me | totally | roger | i sure do | it sure is | nothing against it
    sí | claro | claro que sí | claro que si | correcto | correctísimo | por supuesto | exacto
    así es | vale | ajá | aja | sip | simón | de acuerdo | efectivamente | desde luego | cómo no
    como no | eso es | es correcto | así mismo | asimismo | exactamente | sin duda | afirmativo
    por supuesto que sí | sí señor | sí señora | sí por favor | si por favor | creo que sí
    creo que si | supongo | eso mismo | perfecto | así está bien | es cierto | ya lo creo | dale
    órale | ándale | andale | adelante | venga | obvio | obviamente | evidentemente | naturalmente
    ándele | andele
    totalmente | absolutamente | tal cual | faltaría más | faltaria más | no faltaba más
    no faltaría más | sin problema | sin problemas | sin ningún problema | trato hecho | hecho
    conforme | con mucho gusto | con todo gusto | con gusto | encantado | encantada | cuente conmigo
    okey | sobres
    por qué no
    hágalo | hagalo | hazlo | proceda | a favor | soy yo | ya lo creo que sí | cómo no iba a
    """
)
YES_AT_END = table("siga | continúe | sale | va | listo | sale y vale | va que va | quiero | simon")
"""A yes only where the clause ends with them: "sale" may begin a sentence."""

NO_AT_END = table(
    "never | nunca | jamás | tampoco | nothing else | nothing more | nada más | nada mas | no no no"
)
NO = table(
    """
    no | nope | nah | naw | nay | nein | negative | false | not really | not at all
    never have | never will | hardly
    absolutely not | of course not | i don't think so | i do not think so | not right | not correct
    incorrect | wrong | that's incorrect | that's wrong | that is wrong | it's wrong
    definitely not | not quite | certainly not | no way | no way jose | not yet | rather not
    preferably not | no thank you | no thanks | please don't | nuh uh | unh unh | mm mm
    i'm afraid not | i am afraid not | don't do it | don't do that | do not do that | don't bother
    nope nope | no sir | no ma'am | hell no | heck no | no not at all | never ever | not today
    not now | not right now | not just now | not this time | not at this time | not at the moment
    not for now | not for me | not me | not anymore | not any more | not currently | not ever
    not particularly | not especially | not entirely | not exactly | not that i know of
    not that i know | not that i'm aware of | not that i am aware of | not that i remember
    not that i recall | not to my knowledge | not as far as i know | not a chance | no chance
    fat chance | not in a million years | not on your life | not in the slightest | not one bit
    not a bit | not interested | not necessary | not needed | not happening | over my dead body
    under no circumstances | on no account | no can do | hard pass | i'll pass | i will pass
    zero chance | no need | ni de coña | ni de chiste | nada que ver
    count me out | i disagree | i doubt it | i doubt that | i think not | i guess not
    i suppose not | i'm all set | no i'm good | no i'm fine | no i'm okay | no i'm all set
    you've got it wrong | you have it wrong | you got it wrong | you're wrong | you are wrong
    nowhere near | that's not my name
    no gracias | incorrecto | falso | para nada | eso no | de ninguna manera | de ningún modo
    de ninguna forma | bajo ningún concepto | en absoluto | claro que no | no está bien
    no esta bien | eso no está bien | todavía no | todavia no | aún no | aun no | ahora no
    por ahora no | de momento no | por el momento no | hoy no | nunca jamás
    negativo | no es así | no es eso | creo que no | eso no es | está mal | esta mal
    por supuesto que no | desde luego que no | mejor no | ni hablar | ni loco | ni loca
    ni en broma | ni de broma | ni en sueños | ni pensarlo | ni de chiste | ni modo que sí
    no señor | no señora | nada de eso | de eso nada | qué va | que va | no hace falta
    prefiero que no | no exactamente | no del todo | nel | nones | nanay | nop | me niego
    me opongo | lo rechazo | está equivocado | está equivocada | esta equivocado | se equivoca
    te equivocas | no que yo sepa | que yo sepa no | va a ser que no | me temo que no | yo no
    supongo que no | es falso | es incorrecto | eso está mal | eso es incorrecto | eso es falso
    """
)
NEITHER = table(
    """
    never mind | not sure | i'm not sure | i am not sure | i don't know | i do not know | no idea
    no problem | no worries | don't know | no sé | no se | right now | yes or no | i have no idea
    i'm not certain | maybe | perhaps | yes and no | yes no maybe | possibly | it depends
    either one | who knows | i hope so | i hope not | not a problem | not an issue | not bad
    not necessarily | no matter | no hurry | no rush | no doubt about what | no lo sé | no lo se
    sí y no | ni sí ni no | no recuerdo | no me acuerdo | no entiendo | no lo entiendo | ni idea
    what do you mean | yes or no question | no clue | no comment | no number | no name
    no tengo idea | no importa | no me importa | da igual | me da igual | como sí o no | sí o no
    no hay problema | no pasa nada | no te preocupes | no se preocupe | no problem at all
    say no more | i do not understand | i don't understand | i don't remember | i do not remember
    i don't recall | i don't mind | i don't care | i do not mind | i can't say | i cannot say
    i can't say for sure | i couldn't say | i can't tell | i can't hear you | i don't get it
    no more than | no less than | no later than | no fewer than | no more | no other
    eso es todo | es todo | that's it for now
    if so | if not | if yes | if no | whether or not | or not | or no | o no | almost | kind of
    sort of | puede ser | depende | no estoy seguro | no estoy segura | espero que sí
    espero que no
    no sabría | no sabria | the correct | the right | the wrong | my correct | a correct
    for sure if | no le oigo | no te oigo | no me diga | no me digas | qué es eso | true or false
    """
)
AT_START = table(
    """
    right | sure | ok | okey | okay | fine | good | great | alright | all right | si | bueno | bien
    right on | awesome | excellent | wonderful | lovely | brilliant | fantastic | cool | super
    fair enough | sounds like a plan | very good | very well | terrific | amazing
    genial | estupendo | excelente | muy bien | buenísimo | fenomenal | fantástico | todo bien
    todo correcto | todo en orden | dele | esa es | ese es | esa misma | ese mismo | eso mero
    así mero | confirmado | confirmada | maravilloso | bárbaro
    """
)
"""A yes where the answer begins with them."""
SOFT = frozenset(
    {"ok", "okey", "okay", "right", "bueno", "bien", "alright", "venga", "well"}
    | {"vale", "sure", "fine", "good", "great", "all right", "de acuerdo"}
)
"""Words that only make a start when a clear answer follows: "bueno, no"."""
EMPHASIS = frozenset(
    {("of", "course"), ("absolutely",), ("certainly",), ("definitely",), ("totally",)}
    | {("desde", "luego"), ("por", "supuesto"), ("claro",), ("evidentemente",), ("obviamente",)}
    | {("absolutamente",), ("totalmente",), ("naturalmente",), ("obvio",)}
)
"""A yes by themselves; before a "no" they make it a stronger no."""

DOUBT = re.compile(
    r"\b(?:maybe|perhaps|possibly|not (?:so )?sure|not certain|unsure|it depends|hard to say|"
    r"let me think|think about it|think it over|get back to you|tal vez|quiz[aá]s?|depende|"
    r"puede ser|puede que|a lo mejor|no estoy (?:muy )?segur[oa]|pens[aá]rmelo|pensarlo|"
    r"d[eé]je?me pensar|ya veremos|m[aá]s o menos)\b",
    re.I,
)
POSTPONED = re.compile(
    r"\b(?:one (?:second|moment|sec|minute)|hold on|hang on|just a (?:second|moment|minute|sec)|"
    r"let me (?:check|see|look|find)|but first|un (?:momento|momentito|segundo|segundito)|"
    r"d[eé]je?me ver|a ver|pero (?:antes|primero))\b",
    re.I,
)
"""Behind an "okay" they mean that the answer is still to come."""
NO_ANSWER_BEHIND = word_set(
    "lo la los las le les me te se tengo puedo hay recuerdo importa entiendo sabría sabria podría "
    "quisiera sabemos tenemos one idea number comment wonder matter funciona sirve encuentro oigo "
    "escucho sé entendí he ha consigo logro arranca"
)
"""Behind a "no" without a pause they make a sentence of their own."""
CHANGES = re.compile(
    r"\b(?:i mean|i meant|wait|actually|sorry|scratch that|correction|on second thought|"
    r"changed my mind|digo|perd[oó]n|mejor dicho|espera|espere|quiero decir|quise decir|bueno|"
    r"mejor|me equivoqu[eé]|pens[aá]ndolo bien)\b",
    re.I,
)
