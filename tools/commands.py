"""Run several commands of the application in one process, stopping at the first that fails.

    python -m tools.commands "database upgrade" "content load --if-changed"

Starting the application costs about a second; a start of the service needs four commands.
"""

import shlex
import sys

import click
from flask.cli import ScriptInfo

from wsgi import app


def run(commands: list[str]) -> int:
    """Run `flask COMMAND` for each; return the first exit code that is not 0."""
    for command in commands:
        info = ScriptInfo(create_app=lambda: app)
        try:
            code = app.cli.main(
                args=shlex.split(command), prog_name="flask", obj=info, standalone_mode=False
            )
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except click.Abort:
            return 130
        except SystemExit as end:
            code = end.code
        if code:
            sys.stderr.write(f"flask {command}: failed\n")
            return code if isinstance(code, int) else 1
    return 0


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))
