"""Starlette-admin on Starlette, after its documentation: one table of 100 posts."""

import tempfile

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from starlette.applications import Starlette
from starlette_admin.contrib.sqla import Admin, ModelView

engine = create_engine(f"sqlite:///{tempfile.mkdtemp()}/posts.db", connect_args={"check_same_thread": False})


class Base(DeclarativeBase):
    pass


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]


class PostView(ModelView):
    fields = ("id", "title", "text")
    searchable_fields = ("title",)


Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Post(title=f"title {number}", text="text " * 20) for number in range(100)])
    session.commit()

app = Starlette()
admin = Admin(engine, title="Posts", secret_key="secret")
admin.add_view(PostView(Post))
admin.mount_to(app)
