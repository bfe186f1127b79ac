"""Tools of the clinic: patients and appointments in SQLite.

``CLINIC_DB`` names the database file, made when it is missing. Without it every call begins with
the same few rows, in memory. Tools run on threads: one connection, one lock.
"""

import os
import sqlite3
import threading
import unicodedata
from functools import cache

_SCHEMA = """
CREATE TABLE IF NOT EXISTS patients (
    id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, date_of_birth TEXT NOT NULL,
    UNIQUE (full_name, date_of_birth)
);
CREATE TABLE IF NOT EXISTS appointments (
    starts TEXT PRIMARY KEY, patient INTEGER NOT NULL REFERENCES patients, visit TEXT NOT NULL
);
"""
_PATIENTS = (
    (1, "Anna Bell", "1985-03-03"),
    (2, "David Thompson", "1972-06-14"),
    (3, "Nancy Mitchell", "1990-10-21"),
    (4, "Maria Lopez", "1985-03-03"),
    (5, "Robert Clark", "1958-04-12"),
)
_OPENS, _CLOSES = "08:00", "18:00"
_LOCK = threading.Lock()


def find_patient(full_name: str, date_of_birth: str) -> dict[str, object]:
    """Whether there is such a patient."""
    return {"ok": _patient(full_name, date_of_birth) is not None}


def find_slot(full_name: str, date_of_birth: str, appointment: str) -> dict[str, object]:
    """Whether the clinic is open at a time, and nobody else comes then."""
    patient = _patient(full_name, date_of_birth)
    opens = _OPENS <= appointment[11:16] < _CLOSES
    return {"ok": opens and patient is not None and _holder(appointment) in (None, patient)}


def book(full_name: str, date_of_birth: str, visit: str, appointment: str) -> dict[str, str]:
    """Book an appointment; booking it once more changes what it is for, nothing else.

    Raises:
        LookupError: There is no such patient, or somebody else was faster.
    """
    patient = _patient(full_name, date_of_birth)
    if patient is None:
        raise LookupError("no such patient")
    with _LOCK, _database() as database:
        database.execute(
            "INSERT INTO appointments VALUES (?, ?, ?) ON CONFLICT (starts) "
            "DO UPDATE SET visit = excluded.visit WHERE patient = excluded.patient",
            (appointment, patient, visit),
        )
    if _holder(appointment) != patient:
        raise LookupError("the time is taken")
    # Tells one appointment from all others, and is the same whoever asks again.
    return {"reference": f"{patient}{appointment[5:7]}{appointment[8:10]}"}


def _patient(full_name: str, date_of_birth: str) -> int | None:
    return _first(
        "SELECT id FROM patients WHERE plain(full_name) = plain(?) AND date_of_birth = ?",
        full_name,
        date_of_birth,
    )


def _plain(name: str) -> str:
    """A name without case and accents: López as recognisers may write it."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _holder(starts: str) -> int | None:
    return _first("SELECT patient FROM appointments WHERE starts = ?", starts)


def _first(query: str, *values: str) -> int | None:
    with _LOCK:
        row = _database().execute(query, values).fetchone()
    return row[0] if row else None


@cache
def _database() -> sqlite3.Connection:
    """The one connection, made under the lock."""
    path = os.environ.get("CLINIC_DB", ":memory:")
    database = sqlite3.connect(path, check_same_thread=False)
    database.create_function("plain", 1, _plain, deterministic=True)
    with database:
        database.executescript(_SCHEMA)
        database.executemany("INSERT OR IGNORE INTO patients VALUES (?, ?, ?)", _PATIENTS)
    return database
