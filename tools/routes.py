"""Print every address with its endpoint and methods: `python -m tools.routes`."""

import tempfile
from pathlib import Path

from config import Settings
from training_app.app import create_app


def listed() -> list[str]:
    """One line per address and endpoint, in order."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_folder=Path(folder),
            database_url="sqlite://",
            secret_key="x" * 40,
            pepper="x" * 40,
            audit_key="x" * 40,
        )
        app = create_app(settings)
    return sorted(
        f"{rule.rule} {rule.endpoint} {','.join(sorted(rule.methods or ()))}"
        for rule in app.url_map.iter_rules()
    )


if __name__ == "__main__":
    print("\n".join(listed()))  # noqa: T201
