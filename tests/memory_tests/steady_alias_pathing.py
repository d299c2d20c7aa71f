"""Load a polymorphic hierarchy by a nested path of loader options through aliases of its subclasses.

Does not leak: paths through aliases are kept by the aliases, which their statement has for itself.
"""

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    contains_eager,
    joinedload,
    mapped_column,
    relationship,
    with_polymorphic,
)

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "document"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "document"}  # noqa: RUF012


class Report(Document):
    __tablename__ = "report"
    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    chapters: Mapped[list["Chapter"]] = relationship()
    __mapper_args__ = {"polymorphic_identity": "report"}  # noqa: RUF012


class Chapter(Base):
    __tablename__ = "chapter"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    notes: Mapped[list["Note"]] = relationship()


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    chapter_id: Mapped[int] = mapped_column(ForeignKey("chapter.id"))


_engine = create_engine("sqlite://")


def setup():
    Base.metadata.create_all(_engine)
    with Session(_engine) as session, session.begin():
        session.add_all([Document(), Report(chapters=[Chapter(notes=[Note(), Note()]), Chapter(notes=[Note()])])])


def operation(i):
    documents, chapter = with_polymorphic(Document, [Report], aliased=True), aliased(Chapter)
    path = contains_eager(documents.Report.chapters.of_type(chapter)).joinedload(chapter.notes)
    query = select(documents).outerjoin(documents.Report.chapters.of_type(chapter)).options(path)
    with Session(_engine) as session:
        found = session.scalars(query).unique().all()
        assert sum(len(each.chapters) for each in found if isinstance(each, Report)) == 2
        whole = session.scalars(select(Report).options(joinedload(Report.chapters).selectinload(Chapter.notes)))
        assert sum(len(each.notes) for each in whole.unique().one().chapters) == 3
