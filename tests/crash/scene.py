"""A database with people in front of a test, and the proof that nothing was lost in it."""

import json
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from tests import learners
from tests.crash.savers import PREFIX, QUESTIONS, Crowd, Ticket
from tests.databases import Database
from training_app.db import writing
from training_app.questions.rules import Response, response_to_data

PEOPLE = 6
BANK = learners.BANK.replace("retake_after_minutes = 10", "retake_after_minutes = 0")
GIVEN = response_to_data(Response(dont_know=True))


@dataclass(frozen=True)
class Scene:
    """A database, people signed in who may take its test, and one who opens the house."""

    database: Database
    phones: list[Ticket]
    opener: Ticket


def prepare(database: Database, people: int = PEOPLE) -> Scene:
    """Publish a test and sign in people who may take it."""
    tickets = []
    with writing(), Session(database.engine, expire_on_commit=False) as session:
        version = learners.teach(session, bank=BANK)
        for number in range(people + 1):
            learner = learners.enrol(session, version, f"Nguyễn Văn {number}")
            learner.read_all()
            client = learners.entered(database.app, learner)
            page = client.get(f"/learn/{learners.SLUG}/")
            cookie = client.http.get_cookie("session")
            assert cookie
            token = next(value for name, value in page.form("start").fields if name == "csrf_token")
            tickets.append(Ticket(cookie.value, token))
    database.disconnect()
    return Scene(database, tickets[1:], tickets[0])


@dataclass
class Proof:
    """What the database holds beside what was acknowledged."""

    acknowledged: int = 0
    # Answers in the database that nobody was told of; every crash may leave one for each phone.
    unacknowledged: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    def holds(self) -> bool:
        """Whether nothing is lost, doubled, half written or damaged."""
        return not (self.lost or self.doubled or self.halves or self.damage)

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged, {len(self.lost)} lost, {len(self.doubled)} doubled,"
            f" {len(self.halves)} half written, {len(self.damage)} damaged"
            + "".join(f"\n  {line}" for line in (self.lost + self.doubled)[:5])
            + "".join(f"\n  {line}" for line in (self.halves + self.damage)[:5])
        )


def examine(database: Database, crowd: Crowd) -> Proof:
    """Look for everything acknowledged until now, while the phones may go on."""
    saved, handed_in = crowd.saved(), crowd.handed_in()
    with database.engine.connect() as connection:
        proof = Proof(acknowledged=len(saved))
        stored = Counter(connection.scalars(text("SELECT client_key FROM answer")))
        closed = set(
            connection.scalars(text("SELECT id FROM attempt WHERE submitted_at IS NOT NULL"))
        )
        told = set(saved)
        proof.unacknowledged += [k for k in stored if k.startswith(PREFIX) and k not in told]
        proof.lost += [key for key in saved if key not in stored]
        proof.lost += [f"attempt {one} handed in" for one in handed_in if one not in closed]
        proof.doubled += [key for key, times in stored.items() if times > 1]
        proof.halves += [f"{name}: {rows}" for name, rows in _halves(connection)]
        proof.damage += _damage(connection)
    database.engine.dispose()
    return proof


_HALVES = {
    "an answer without its attempt": """
        SELECT a.id FROM answer a LEFT JOIN attempt t ON t.id = a.attempt_id WHERE t.id IS NULL""",
    "a gap or a double in the sequence of answers": """
        SELECT attempt_id FROM answer GROUP BY attempt_id, question_version_id
        HAVING max(sequence) <> count(*) OR min(sequence) <> 1""",
    "a number of marks that is not the number of questions": f"""
        SELECT t.id FROM attempt t LEFT JOIN answer_mark m ON m.attempt_id = t.id GROUP BY t.id
        HAVING count(m.attempt_id)
            <> CASE WHEN max(t.submitted_at) IS NULL THEN 0 ELSE {QUESTIONS} END""",
    "an attempt without its one line in the trail": """
        SELECT t.id FROM attempt t LEFT JOIN audit_event e
            ON e.object_id = t.id AND e.action = 'attempt.submitted' GROUP BY t.id
        HAVING count(e.id) <> CASE WHEN max(t.submitted_at) IS NULL THEN 0 ELSE 1 END""",
    "a person with two attempts that count, or with two open ones": """
        SELECT person_id FROM attempt GROUP BY person_id, module_version_id
        HAVING sum(CASE WHEN counts THEN 1 ELSE 0 END) > 1
            OR sum(CASE WHEN submitted_at IS NULL THEN 1 ELSE 0 END) > 1""",
    "a gap in the numbers of a person's attempts": """
        SELECT person_id FROM attempt GROUP BY person_id, module_version_id
        HAVING max(number) <> count(*) OR min(number) <> 1""",
}


def _halves(connection: Connection) -> list[tuple[str, list[int]]]:
    """Rows that only a transaction torn in two can leave."""
    found = [(name, list(connection.scalars(text(query)))) for name, query in _HALVES.items()]
    responses = connection.execute(text("SELECT id, response FROM answer"))
    torn = [
        one
        for one, response in responses
        if (json.loads(response) if isinstance(response, str) else response) != GIVEN
    ]
    return [(name, rows) for name, rows in [*found, ("a torn answer", torn)] if rows]


def _damage(connection: Connection) -> list[str]:
    """What the engine itself finds wrong with its file."""
    if connection.dialect.name != "sqlite":
        return []
    said = list(connection.scalars(text("PRAGMA quick_check")))
    dangling = connection.execute(text("PRAGMA foreign_key_check")).all()
    return [line for line in said if line != "ok"] + [f"dangling: {row}" for row in dangling]
