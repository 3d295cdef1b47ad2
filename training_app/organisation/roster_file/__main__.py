"""The child process: reads one file within limits, writes its cells as JSON to standard output."""

import json
import sys
from pathlib import Path

from training_app.organisation.roster_file import limited, reading
from training_app.organisation.roster_file.cells import Workbook
from training_app.organisation.roster_file.refusal import Limits, Refusal, RefusedError


def main(path: str, limits_json: str) -> None:
    """Answer for the file at ``path``; any crash is the parent's sign to refuse the file."""
    limits = Limits(**json.loads(limits_json))
    limited.confine(limits)
    answer: Workbook | Refusal
    try:
        with limited.collection_paused():
            answer = reading.read_cells(Path(path), limits)
    except RefusedError as error:
        answer = error.refusal
    except (MemoryError, RecursionError):
        answer = Refusal("unreadable")
    json.dump(limited.to_json(answer), sys.stdout, allow_nan=False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
