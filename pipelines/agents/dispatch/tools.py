"""Tools of the dispatcher: prices and orders in SQLite.

``DISPATCH_DB`` names the database file, made when it is missing. Without it every call begins with
the same few rows, in memory. Tools run on threads: one connection, one lock.
"""

import os
import sqlite3
import threading
from functools import cache

_SCHEMA = """
CREATE TABLE IF NOT EXISTS prices (service TEXT PRIMARY KEY, dollars INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, service TEXT NOT NULL, callback_number TEXT NOT NULL,
    plate TEXT NOT NULL, location TEXT NOT NULL, dollars INTEGER NOT NULL,
    UNIQUE (service, callback_number, plate, location)
);
"""
_PRICES = (("tow", 120), ("jump start", 60), ("tire change", 80))
_LOCK = threading.Lock()


def find_price(service: str) -> dict[str, int]:
    """The price of a service, in whole dollars.

    Raises:
        LookupError: The service has none.
    """
    with _LOCK:
        row = (
            _database()
            .execute("SELECT dollars FROM prices WHERE service = ?", (service,))
            .fetchone()
        )
    if row is None:
        raise LookupError(f"no price for {service!r}")
    return {"price": row[0]}


def send_truck(
    service: str, callback_number: str, plate: str, location: str
) -> dict[str, str | int]:
    """Order a truck; the same order given again is still one order."""
    price = find_price(service)["price"]
    with _LOCK, _database() as database:
        database.execute(
            "INSERT OR IGNORE INTO orders (service, callback_number, plate, location, dollars) "
            "VALUES (?, ?, ?, ?, ?)",
            (service, callback_number, plate, location, price),
        )
    # The driver looks for the plate; its digits are what a caller remembers.
    return {"reference": plate[-4:], "price": price}


@cache
def _database() -> sqlite3.Connection:
    """The one connection, made under the lock."""
    path = os.environ.get("DISPATCH_DB", ":memory:")
    database = sqlite3.connect(path, check_same_thread=False)
    with database:
        database.executescript(_SCHEMA)
        database.executemany("INSERT OR IGNORE INTO prices VALUES (?, ?)", _PRICES)
    return database
