"""Quart, after the blog of its documentation: posts in SQLite, templates, a form, a stream of events."""

import sqlite3
import tempfile

from quart import Quart, g, redirect, render_template_string, request, url_for

DATABASE = f"{tempfile.mkdtemp()}/blog.db"
POSTS = "{% for post in posts %}<article><h2>{{ post.title }}</h2><p>{{ post.text }}</p></article>{% endfor %}"

app = Quart(__name__)

with sqlite3.connect(DATABASE) as first:
    first.execute("create table post (id integer primary key, title text, text text)")
    first.executemany("insert into post (title, text) values (?, ?)", [("title", "text")] * 20)
first.close()


def database():
    if not hasattr(g, "database"):
        g.database = sqlite3.connect(DATABASE)
        g.database.row_factory = sqlite3.Row
    return g.database


@app.get("/")
async def posts():
    found = database().execute("select title, text from post order by id desc limit 20").fetchall()
    return await render_template_string(POSTS, posts=found)


@app.route("/create/", methods=["GET", "POST"])
async def create():
    if request.method == "GET":
        return '<form method="post"><input name="title"><input name="text"></form>'
    form = await request.form
    database().execute("insert into post (title, text) values (?, ?)", [form["title"], form["text"]])
    database().commit()
    return redirect(url_for("posts"))


@app.get("/posts/<int:number>")
async def post(number):
    row = database().execute("select title, text from post where id = ?", [number]).fetchone()
    return dict(row) if row else ({}, 404)


@app.post("/echo")
async def echo():
    return {"input": await request.get_json()}


@app.get("/events")
async def events():
    async def send():
        for number in range(5):
            yield f"data: {number}\n\n".encode()

    return send(), {"Content-Type": "text/event-stream"}
