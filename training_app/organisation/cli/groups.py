"""The command groups of the organisation; its other modules fill them."""

from flask.cli import AppGroup

units = AppGroup("units", help="Units of Viet Nam, by date.")
people = AppGroup("people", help="People of the teams.")
