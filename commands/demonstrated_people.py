"""Who the demonstration's customers are now: the number of one who was erased is never given again, so that they come
back under another."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

from atm_app.durable_file import write_whole
from commands.people import PEOPLE, Person
from db.folder import DataFolder

log = logging.getLogger(__name__)

# Between a number and the next one of the same person; the last digit tells them apart.
STEP = 10
MOST_GENERATIONS = 100


def people_now(folder: DataFolder) -> tuple[Person, ...]:
    """As they are enrolled at the machine's start."""
    generations = _generations(folder)
    return tuple(renewed(person, generations.get(person.key, 0)) for person in PEOPLE)


def begin_anew(folder: DataFolder, person: Person) -> Person:
    """They are enrolled under their next number at the machine's next start. Raises OSError."""
    generations = _generations(folder)
    generation = generations.get(person.key, 0) + 1
    write_whole(folder.demonstrated, json.dumps({**generations, person.key: generation}))
    return renewed(next(each for each in PEOPLE if each.key == person.key), generation)


def renewed(person: Person, generation: int) -> Person:
    """``person``: of ``PEOPLE``; with the numbers of this generation, 0 for the first."""
    customer = replace(person.customer, number=_later(person.customer.number, generation))
    accounts = tuple(
        replace(account, number=_later(account.number, generation)) for account in person.accounts
    )  # fmt: skip
    return replace(person, customer=customer, accounts=accounts)


def every_number() -> list[str]:
    """Of customers the demonstration ever enrols."""
    return [_later(person.customer.number, each) for person in PEOPLE for each in range(MOST_GENERATIONS)]


def _later(number: str, generation: int) -> str:
    return str(int(number) + STEP * generation)


def _generations(folder: DataFolder) -> dict[str, int]:
    """None of a file that is damaged: no machine stays out of service for its demonstration's sake."""
    try:
        kept = json.loads(folder.demonstrated.read_text())
        return {str(key): int(generation) for key, generation in kept.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        log.warning("%s cannot be read: %s", folder.demonstrated.name, type(error).__name__)
        return {}
