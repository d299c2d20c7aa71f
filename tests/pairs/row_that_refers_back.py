"""An entity that refers back to the Row that holds it. SQLAlchemy 1.4.19 never frees the two, 1.4.20 does."""

from sqlalchemy import Column, Integer, create_engine
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)


engine = create_engine("sqlite://", future=True)


def setup():
    Base.metadata.create_all(engine)
    with Session(engine, future=True) as session, session.begin():
        session.add(A())


def operation(i):
    with Session(engine, future=True) as session:
        row = session.query(A, A.id).first()
        row[0].row = row
