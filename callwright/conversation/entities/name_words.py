"""The words around names, and those that are none."""

from ..spoken import table, word_set

CERTAIN = table(
    """
    my name is | my name's | my full name is | the name is | the name's | name is | name's | names
    my names | i am called | i'm called | my name would be | you can call me | name | full name
    mi apellido es | apellido es | a nombre de | mi nombre sería | el nombre es | está a nombre de
    you're speaking with
    you are speaking with | you're talking to | you are talking to | le habla | te habla
    habla usted con | first name | first name is | last name | last name is | last name's
    surname is | me llamo | mi nombre es | mi nombre completo es | mi name is | name of
    """
)
LABELS = frozenset({"name", "names", "full name", "name of", "first name", "last name"})
LIKELY = table(
    """
    this is | my first name is | habla con | i'm | i am | im | it's | it is | that's | its | soy
    habla | call me
    that would be | that'd be | it would be
    """
)
WEAK = frozenset({"it's", "it", "its", "that's", "call", "that", "that'd"})
TITLES = word_set("mr mrs ms miss mister missus dr doctor professor señor señora sir")
PARTICLES = word_set("de la los del van von der den bin al el da di dos las y le du ten ter")
ENDS = word_set(
    "and or but from at with about calling call i i'm i'd i've im my me you your we our the a an "
    "to for of on in is was it it's its that that's this these here speaking because regarding "
    "concerning who what when where why how so then if as by not no yes yeah yep nope okay ok um "
    "uh er erm please thanks thank hello hi hey sorry actually wait oh again spelled spelt by "
    "number phone email account just also now today tomorrow again want need have has had would "
    "could can will do don't are am be been calling callin ah eh hmm hm mm well right correct "
    "name name's llamo porque por para con pero gracias sí si mi and there very all good right "
    "looking trying having wondering hoping returning following checking phoning ringing born nací "
    "nacido nacida"
)
NOT_NAMES = ENDS | word_set(
    "ignore instructions verified prefer rather someone's anonymous private secret doctor nurse "
    "no quiero necesito tengo puedo puede quisiera estoy está es son hola buenos buenas cita "
    "ayuda decirlo decir nada nadie qué que cómo cuándo dónde quién cuál sé un una el mi su "
    "hablar persona humano bien mal aquí ahora luego mañana hoy ayer gracias claro vale perdón "
    "momento problema pregunta factura cuenta número teléfono ninguno tampoco también muy más "
    "menos whichever comment importa cualquier día dia mucho usted eso creo siempre starts ends "
    "begins gmail hotmail file same usual depends course spelled letter comment whatever whoever "
    "otra otro fifteen twenty thirty forty fifty sixty seventy eighty ninety eleven twelve cero "
    "uno dos tres cuatro cinco seis siete ocho nueve diez veinte treinta noche tarde lunes martes "
    "jueves viernes both neither either tus sus mis nuestro nuestra este esta ese esa todo toda "
    "instrucciones ignora verificado verificada hace hacer tiene tienen hay ser soy fue ruido "
    "coche fine great okay good well ready sure afraid happy sad glad busy late lost stuck done "
    "back home interested confused sick ill tired angry upset mad annoyed frustrated worried "
    "curious able unable aware new old only still really very pretty quite kind sort like about "
    "kinda gonna gotta going wanna urgent important ridiculous terrible awful amazing wonderful "
    "weird wrong true false ready married single pregnant available unavailable allergic broken "
    "something someone somebody anything anyone nothing everyone everything maybe perhaps "
    "probably definitely never always already yet too also another more less much many any some "
    "every each one two three four five six seven eight nine ten zero hundred thousand double "
    "triple half monday tuesday wednesday thursday friday saturday sunday morning afternoon "
    "evening night yesterday week month year time day bill billing appointment order delivery "
    "question problem issue help support service operator agent human person robot machine "
    "computer customer client patient member caller correct incorrect absolutely exactly repeat "
    "what's pardon excuse slower slow speak talk tell say said go get got make book cancel change "
    "pay report reschedule schedule buy sell know think guess mean see look wait hold stop come "
    "give take find use work works working driving outside inside locked running fed bored scared "
    "hurt injured retired let let's they he she his her their them us him which whose into onto "
    "over under out off up down than prescription refund invoice payment insurance car house "
    "internet password broken damaged missing nobody none later soon mind goodbye bye nice cool "
    "perfect long short bad big little different same first second third last next other possible "
    "impossible fun hard easy over enough"
)
NOT_VERBS = word_set(
    "king sterling irving browning fleming manning keating harding golding wing ping ming ling "
    "jing ding bing sing ying ring ting xing hastings ewing bowling dowling cushing banning "
    "downing reding strong harding"
)
