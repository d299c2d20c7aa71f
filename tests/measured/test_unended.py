"""Tasks that never end, by the line of the application at which they wait."""

import asyncio
import inspect

from find_mem_leaks.measured import unended


async def forever(event):
    await event.wait()  # here


async def asked(event):
    await forever(event)


async def endless():
    while True:
        yield None
        await asyncio.sleep(3600)


async def streaming():
    async for _ in endless():
        pass


def line_of(function, text):
    lines, first = inspect.getsourcelines(function)
    return first + next(at for at, line in enumerate(lines) if text in line)


def described(*coroutines):
    async def main():
        event = asyncio.Event()
        tasks = [asyncio.ensure_future(each(event) if each is not streaming else each()) for each in coroutines]
        await asyncio.sleep(0.01)
        found = unended.describe(tasks)
        for task in tasks:
            task.cancel()
        return found

    return asyncio.run(main())


def test_a_task_is_named_by_the_innermost_line_of_the_application():
    place = {"name": "forever", "file": __file__, "line": line_of(forever, "# here")}
    assert described(asked, asked, forever) == [{**place, "number": 3}]


def test_what_a_generator_waits_for_is_found_too():
    place = {"name": "endless", "file": __file__, "line": line_of(endless, "asyncio.sleep")}
    assert described(streaming) == [{**place, "number": 1}]


def test_where_nothing_is_the_applications_own_the_innermost_of_all_is_named():
    async def main():
        task = asyncio.ensure_future(asyncio.Event().wait())
        await asyncio.sleep(0)
        found = unended.describe([task])
        task.cancel()
        return found

    assert [each["name"] for each in asyncio.run(main())] == ["Event.wait"]
