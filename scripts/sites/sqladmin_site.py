"""SQLAdmin on FastAPI, after its documentation: one table of 100 users, and a route that reads them."""

import tempfile

from fastapi import FastAPI
from sqladmin import Admin, ModelView
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine(f"sqlite:///{tempfile.mkdtemp()}/users.db", connect_args={"check_same_thread": False})


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]


class UserView(ModelView, model=User):
    column_list = (User.id, User.name)
    column_searchable_list = (User.name,)
    column_sortable_list = (User.id,)


Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([User(name=f"name {number}", email=f"{number}@example.com") for number in range(100)])
    session.commit()

app = FastAPI()
admin = Admin(app, engine)
admin.add_view(UserView)


@app.get("/users")
def users() -> list[str]:
    """List the names of all users."""
    with Session(engine) as session:
        return list(session.scalars(select(User.name)))
