"""The application as a server or the `flask` command finds it: `wsgi:app`."""

from config import Settings
from training_app.app import create_app

app = create_app(Settings.from_environment())
