"""Containers with a known bound: how full they are, and which of them grew where memory grew."""

from __future__ import annotations

from dataclasses import replace

from find_mem_leaks.judging.series import Cap
from find_mem_leaks.judging.verdict import Verdict, judge
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Container, Recorder


async def entries(ask: Ask, order: Order) -> dict[Container, int]:
    """The entries of each container with a known bound."""
    found = (await ask(order.stall, do="caps"))["caps"]
    return {Container(each["id"], each["name"], each["cap"]): each["size"] for each in found}


async def note_grown(ask: Ask, order: Order, recorder: Recorder, before: dict[Container, int]) -> None:
    """Where a cell is not clean, note which containers with a known bound grew or shrank, if that is not done."""
    operations = recorder.series.operations
    if recorder.noted == operations or judge(recorder.series, order.rules, last=True).verdict is Verdict.CLEAN:
        return
    recorder.noted = operations
    found = {each: size for each, size in (await entries(ask, order)).items() if each in before}
    seen = recorder.room_until
    recorder.note_room(each for each, size in found.items() if size < each.cap)
    # One that is first seen full, and was not before, has filled until now as far as is known.
    recorder.note_room(each for each, size in found.items() if before[each] < size and each not in seen)
    grown = [Cap(each.name, before[each], size, each.cap, seen.get(each, 0)) for each, size in found.items()]
    recorder.series = replace(recorder.series, caps=tuple(cap for cap in grown if cap.before != cap.after))
