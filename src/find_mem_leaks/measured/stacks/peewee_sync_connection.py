"""peewee without SQLAlchemy: a unit of work opens a connection for its transaction and closes it."""

from __future__ import annotations

import peewee

from ..blog import database

ARCHITECTURE = "peewee"
REQUIRES = ("peewee",)


class Post(peewee.Model):
    title = peewee.CharField(max_length=100)
    body = peewee.CharField(max_length=500)


class Comment(peewee.Model):
    post = peewee.ForeignKeyField(Post, backref="comments")
    body = peewee.CharField(max_length=500)


class Stack:
    def __init__(self, path: str) -> None:
        self._database = peewee.SqliteDatabase(path, pragmas={"cache_size": database.PAGE_CACHE})
        self._database.bind([Post, Comment])

    def open(self) -> None:
        with self._database:
            self._database.create_tables([Post, Comment])

    def create(self) -> None:
        with self._database:
            post = Post.create(title=database.TITLE, body=database.BODY)
            for _ in range(database.COMMENTS_PER_POST):
                Comment.create(post=post, body=database.BODY)

    def read(self, post_id: int) -> None:
        with self._database:
            post = Post.get_by_id(post_id)
            comments = list(Comment.select().where(Comment.post == post))
        if len(comments) != database.COMMENTS_PER_POST:
            raise LookupError("post %d has %d comments" % (post_id, len(comments)))

    def update(self, post_id: int) -> None:
        with self._database:
            post = Post.get_by_id(post_id)
            post.title = post.title.swapcase()
            post.save()

    def delete(self, post_id: int) -> None:
        with self._database:
            Post.get_by_id(post_id).delete_instance(recursive=True)

    def close(self) -> None:
        self._database.close()
