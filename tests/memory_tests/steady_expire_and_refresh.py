"""Expire and refresh an object that stays in a session, whole and by attribute, a collection and a deferred column too.

Does not leak: an expired object has callables for its attributes, which loading takes away again.
"""

from sqlalchemy import ForeignKey, create_engine, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    visits: Mapped[int]
    body: Mapped[str] = mapped_column(deferred=True)
    links: Mapped[list["Link"]] = relationship()


class Link(Base):
    __tablename__ = "link"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))


_engine = create_engine("sqlite://")
_session = Session(_engine)
_page = Page(id=1, visits=0, body="text", links=[Link(), Link()])


def setup():
    Base.metadata.create_all(_engine)
    _session.add(_page)
    _session.commit()


def operation(i):
    _session.execute(update(Page).values(visits=i, body=f"text {i}").execution_options(synchronize_session=False))
    _session.expire(_page, ["visits"])
    assert _page.visits == i
    _session.refresh(_page, ["body", "links"])
    assert (_page.body, len(_page.links)) == (f"text {i}", 2)
    _session.expire_all()
    _session.refresh(_page)
    assert len(_page.links) == 2
    _session.commit()
