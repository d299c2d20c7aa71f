"""Map a hierarchy of three classes by joined tables, store one of each, load them as their base, dispose of it all.

Does not leak: polymorphic maps belong to the base mapper, which goes with its registry.
"""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, select
from sqlalchemy.orm import Session, registry, with_polymorphic
from sqlalchemy.pool import StaticPool

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_metadata = MetaData()
_people = Table(
    "person", _metadata, Column("id", Integer, primary_key=True), Column("kind", String(10)), Column("name", String(30))
)
_engineers = Table(
    "engineer", _metadata, Column("id", ForeignKey("person.id"), primary_key=True), Column("language", String(30))
)
_managers = Table(
    "manager", _metadata, Column("id", ForeignKey("person.id"), primary_key=True), Column("budget", Integer)
)
_engine = create_engine("sqlite://", poolclass=StaticPool)
_uncached = _engine.execution_options(compiled_cache=None)


def setup():
    _metadata.create_all(_engine)


def operation(i):
    class Person:
        pass

    class Engineer(Person):
        pass

    class Manager(Person):
        pass

    mappings = registry()
    mappings.map_imperatively(Person, _people, polymorphic_on=_people.c.kind, polymorphic_identity="person")
    mappings.map_imperatively(Engineer, _engineers, inherits=Person, polymorphic_identity="engineer")
    mappings.map_imperatively(Manager, _managers, inherits=Person, polymorphic_identity="manager")
    with Session(_uncached) as session:
        session.add_all([Person(), Engineer(), Manager()])
        session.flush()
        session.expunge_all()
        everyone = session.scalars(select(with_polymorphic(Person, "*"))).all()
        assert {type(each) for each in everyone} == {Person, Engineer, Manager}
    mappings.dispose()
