"""Sessions of a pool of connections, closed whatever happens."""

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import QueuePool

LEAKS = {}


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


shared = "sqlite:///file:shop?mode=memory&cache=shared&uri=true"
engine = create_engine(shared, poolclass=QueuePool, connect_args={"check_same_thread": False})
kept = engine.connect()  # a database in memory is there as long as somebody is connected to it
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all(Item(id=number, name=f"item {number}") for number in range(1, 21))
    session.commit()
app = FastAPI()


def database():
    with Session(engine) as session:
        yield session


@app.get("/items")
def items(database: Session = Depends(database)):
    return [item.name for item in database.scalars(select(Item).limit(5))]


@app.get("/items/{id}")
def item(id: int, database: Session = Depends(database)):
    found = database.get(Item, id)
    if found is None:
        raise HTTPException(303, headers={"Location": "/items"})
    return found.name
