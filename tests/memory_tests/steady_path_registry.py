"""Walk the paths of a cyclic mapping by entities, attributes and aliases, and look options up in them.

Does not leak: paths of mappers are made once, those of aliases die with them although the two refer to each other.
"""

from sqlalchemy import ForeignKey, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, configure_mappers, defaultload, mapped_column, relationship

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    pets: Mapped[list["Pet"]] = relationship(back_populates="owner")


class Pet(Base):
    __tablename__ = "pet"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    owner: Mapped[Person] = relationship(back_populates="pets")


def setup():
    configure_mappers()


def operation(i):
    person, pet = inspect(Person), inspect(Pet)
    path = person._path_registry
    for _ in range(1 + i % 3):
        path = path[person.attrs.pets][pet][pet.attrs.owner][person]
    assert path.length == 1 + 4 * (1 + i % 3)
    alias = aliased(Person)
    through = inspect(alias)._path_registry[person.attrs.pets][pet]
    assert through.length == 3
    defaultload(alias.pets).joinedload(Pet.owner).defaultload(Person.pets).raiseload("*")
