"""The tables that the SQLAlchemy stacks share: a Post with its Comments (1:N). One source for 1.4, 2.0 and 2.1."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

from .database import BODY, COMMENTS_PER_POST, TITLE

Base: Any = declarative_base()


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    title = Column(String(100), nullable=False)
    body = Column(String(500), nullable=False)
    comments = relationship("Comment", back_populates="post", cascade="all, delete-orphan", order_by="Comment.id")


class Comment(Base):
    __tablename__ = "comment"
    id = Column(Integer, primary_key=True)
    post_id = Column(Integer, ForeignKey("post.id"), nullable=False, index=True)
    body = Column(String(500), nullable=False)
    post = relationship("Post", back_populates="comments")


def new_post() -> Post:
    """A post with its comments, as every create operation stores it."""
    return Post(title=TITLE, body=BODY, comments=[Comment(body=BODY) for _ in range(COMMENTS_PER_POST)])


def changed_title(post: Post) -> str:
    """A title that differs from the post's present one and has the same length, so that an update really writes."""
    return str(post.title).swapcase()
