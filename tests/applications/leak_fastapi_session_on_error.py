"""A dependency removes its session after its ``yield``, which is not reached where the handler raises."""

from contextvars import ContextVar
from uuid import uuid4

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker
from sqlalchemy.pool import StaticPool

LEAKS = {"GET /items/{id}": None}
HOLDER = "registry"


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)


engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Base.metadata.create_all(engine)
request_id = ContextVar("request_id")
sessions = scoped_session(sessionmaker(engine), scopefunc=request_id.get)
app = FastAPI()


async def database():
    request_id.set(uuid4().hex)  # leaks
    yield sessions
    sessions.remove()


@app.get("/items")
async def items(database=Depends(database)):
    return [item.id for item in database.scalars(select(Item))]


@app.get("/items/{id}")
async def item(id: int, database=Depends(database)):
    found = database.get(Item, id)  # leaks
    database.commit()  # leaks
    if found is None:
        raise HTTPException(303, headers={"Location": "/items"})
    return found.id
