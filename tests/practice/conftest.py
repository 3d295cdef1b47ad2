"""A learner who practises."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import learners
from tests.learners import Learner
from tests.page import PageClient


@pytest.fixture
def learner(db_session: Session) -> Learner:
    """A mediator and a published module."""
    return learners.enrol(db_session, learners.teach(db_session))


@pytest.fixture
def reader(app: Flask, learner: Learner) -> PageClient:
    """The learner's phone, reading English."""
    client = learners.entered(app, learner)
    client.language("en")
    return client
