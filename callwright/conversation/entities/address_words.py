"""The words of postal addresses: kinds of street, units, states."""

from ..spoken import word_set

STREETS = {
    "street": "Street", "st": "Street", "avenue": "Avenue", "ave": "Avenue", "av": "Avenue",
    "road": "Road", "rd": "Road", "drive": "Drive", "dr": "Drive", "lane": "Lane", "ln": "Lane",
    "court": "Court", "ct": "Court", "boulevard": "Boulevard", "blvd": "Boulevard", "way": "Way",
    "place": "Place", "pl": "Place", "circle": "Circle", "cir": "Circle", "terrace": "Terrace",
    "ter": "Terrace", "parkway": "Parkway", "pkwy": "Parkway", "square": "Square", "sq": "Square",
    "highway": "Highway", "hwy": "Highway", "trail": "Trail", "trl": "Trail", "alley": "Alley",
    "close": "Close", "crescent": "Crescent", "gardens": "Gardens", "row": "Row", "loop": "Loop",
    "plaza": "Plaza", "broadway": "Broadway", "path": "Path", "walk": "Walk", "mews": "Mews",
}  # fmt: skip
STREETS_ES = {
    "calle": "Calle", "c": "Calle", "avenida": "Avenida", "avda": "Avenida", "av": "Avenida",
    "plaza": "Plaza", "paseo": "Paseo", "carretera": "Carretera", "camino": "Camino",
    "ronda": "Ronda", "travesía": "Travesía", "travesia": "Travesía", "vía": "Vía",
    "bulevar": "Bulevar", "callejón": "Callejón", "glorieta": "Glorieta", "rambla": "Rambla",
    "calzada": "Calzada", "carrer": "Carrer", "avinguda": "Avinguda", "passeig": "Passeig",
    "rúa": "Rúa", "rua": "Rúa", "pasaje": "Pasaje",
}  # fmt: skip
UNITS = {
    "apartment": "Apartment", "apt": "Apartment", "unit": "Unit", "suite": "Suite", "flat": "Flat",
    "floor": "Floor", "room": "Room", "ste": "Suite",
    "building": "Building", "block": "Block",
}  # fmt: skip
DIRECTIONS = word_set("north south east west northeast northwest southeast southwest")
STATES = frozenset(
    [
        "alabama",
        "alaska",
        "arizona",
        "arkansas",
        "california",
        "colorado",
        "connecticut",
        "delaware",
        "florida",
        "georgia",
        "hawaii",
        "idaho",
        "illinois",
        "indiana",
        "iowa",
        "kansas",
        "kentucky",
        "louisiana",
        "maine",
        "maryland",
        "massachusetts",
        "michigan",
        "minnesota",
        "mississippi",
        "missouri",
        "montana",
        "nebraska",
        "nevada",
        "ohio",
        "oklahoma",
        "oregon",
        "pennsylvania",
        "tennessee",
        "texas",
        "utah",
        "vermont",
        "virginia",
        "washington",
        "wisconsin",
        "wyoming",
    ]
)
TWO_WORD_STATES = frozenset(
    {"new york", "new jersey", "new mexico", "new hampshire", "north carolina", "south carolina"}
    | {"north dakota", "south dakota", "rhode island", "west virginia"}
)
STATE_CODES = word_set(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC"
)
ENDS = word_set(
    "please thanks thank you and my phone number is but or no sorry it's that's i the because "
    "with so um uh actually wait mean um that from near off away blocks minutes miles behind "
    "zip code area here right now is postal okay ok por favor gracias y mi teléfono pero o no "
    "perdón digo que es cerca hace sino ahora antes"
)
PARTICLES = word_set("de del la las los el y")
FLOORS = {
    "bajo": "Bajo", "entresuelo": "Entresuelo", "primero": "1º", "segundo": "2º", "tercero": "3º",
    "cuarto": "4º", "quinto": "5º", "sexto": "6º", "séptimo": "7º", "octavo": "8º", "noveno": "9º",
    "décimo": "10º", "ático": "Ático",
}  # fmt: skip
