"""Open pages of the installation, in this process: the ways in, and its newest certificates.

    python -m tools.visit

For a copy that was restored (`python -m tools.drill`). Exits 1 at a page that does not answer.
"""

import sys

from sqlalchemy import text

from training_app.extensions import db
from wsgi import app

WAYS_IN = ("/sign-in/", "/staff/sign-in/")
# Fewer than an address may check in a minute.
NEWEST = text("SELECT code FROM certificate ORDER BY id DESC LIMIT 20")


def main() -> int:
    """Visit the pages; return the exit code."""
    with app.app_context(), db.engine.connect() as connection:
        codes = connection.execute(NEWEST).scalars().all()
    client = app.test_client()
    for page in (*WAYS_IN, *(f"/check/{code}/" for code in codes)):
        answer = client.get(page, base_url=app.config["SETTINGS"].canonical_url)
        if answer.status_code != 200:  # noqa: PLR2004 - OK
            sys.stderr.write(f"{page} answers {answer.status}\n")
            return 1
    sys.stdout.write(f"the ways in answer; certificates found by their code: {len(codes)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
