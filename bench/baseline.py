"""The bare minimum that could do the same work, behind the same server.

`/page/<name>/`: one SQLAlchemy read and a fixed template of the measured page's size.
`/save/`: one durable insert and a redirect.
"""

import os
from pathlib import Path

from flask import Flask, redirect, render_template, request
from jinja2 import FileSystemLoader
from sqlalchemy import String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from training_app.db import Base, PrimaryKey, prepare_engine, set_writing
from training_app.extensions import compress, db

FOLDER = Path(os.environ["BENCH_FOLDER"])


class Row(Base):
    """What the bare minimum reads and writes."""

    __tablename__ = "bench_row"

    id: Mapped[PrimaryKey]
    text: Mapped[str] = mapped_column(String(200))


def create() -> Flask:
    """The baseline application on a database of its own, of the same engine."""
    app = Flask("baseline")
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BENCH_DATABASE"]
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_BR_LEVEL"] = 4
    db.init_app(app)
    compress.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        set_writing(intent=True)
        Base.metadata.create_all(db.engine, tables=[Base.metadata.tables["bench_row"]])
        with Session(db.engine) as session, session.begin():
            if session.get(Row, 1) is None:
                session.add(Row(text="một dòng"))
    app.before_request(lambda: set_writing(intent=request.method == "POST"))
    # From files, so that each is compiled once, as ours are.
    app.jinja_loader = FileSystemLoader(FOLDER)

    @app.get("/page/<name>/")
    def page(name: str) -> str:
        row = db.session.execute(select(Row).where(Row.id == 1)).scalar_one()
        return render_template(f"{name}.html", text=row.text)

    @app.post("/save/")
    def save() -> object:
        db.session.execute(insert(Row).values(text=request.form["text"]))
        db.session.commit()
        return redirect("/page/lesson/", 303)

    return app


app = create()
