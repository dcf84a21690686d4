"""Work in worker processes: its order, its bounds, and what becomes of failures."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from archive_states import archive_state
from conftest import ROOT

from sitegen import workers as workers_module
from sitegen.archive.cache import Cache
from sitegen.archive.importing import ImportSummary, import_export
from sitegen.archive.store import Archive
from sitegen.errors import WorkerError
from sitegen.readers import find_exports
from sitegen.workers import ALONE, Done, Workers


def _process(_: int) -> int:
    return os.getpid()


def _square(number: int) -> int:
    if number == 13:
        raise ArithmeticError("thirteen")
    return number * number


def _killed(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def two() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


def test_workers__results_are_in_the_order_of_the_work(two: Workers) -> None:
    numbers = [*range(13), *range(14, 60)]
    assert list(two.map(_square, numbers)) == [number * number for number in numbers]


def test_workers__serve_the_next_work_with_the_same_processes(two: Workers) -> None:
    first, second = (set(two.map(_process, range(40))) for _ in range(2))
    assert os.getpid() not in first and len(first | second) <= 2


def test_workers__a_failure_is_raised_in_its_place_and_costs_no_later_work(two: Workers) -> None:
    results = two.map(_square, range(20))
    assert [next(results) for _ in range(13)] == [number * number for number in range(13)]
    with pytest.raises(ArithmeticError, match="thirteen"):
        next(results)
    assert list(two.map(_square, [2])) == [4]


def test_workers__take_no_more_work_than_they_need(two: Workers) -> None:
    taken = 0

    def work() -> Iterator[int]:
        nonlocal taken
        for number in range(14, 1000):
            taken += 1
            yield number

    results = two.map(_square, work())
    next(results)
    assert taken <= 2 * workers_module._AHEAD + 1
    results.close()


def test_workers__what_is_done_does_not_pile_up_behind_what_is_not(two: Workers) -> None:
    taken = 0

    def work() -> Iterator[int | Done[int]]:
        nonlocal taken
        for number in range(14, 20_000):
            taken += 1
            yield number if number % 5000 == 14 else Done(number * number)

    seen = [(taken, result) for result in two.map(_square, work())]
    assert [result for _, result in seen] == [number * number for number in range(14, 20_000)]
    assert all(ahead <= place + workers_module._MOST_WAITING + 1 for place, (ahead, _) in enumerate(seen))


def test_workers__heavy_results_do_not_pile_up_behind_what_is_not_done(two: Workers) -> None:
    taken = 0

    def work() -> Iterator[int | Done[int]]:
        nonlocal taken
        yield 14
        for number in range(50):
            taken += 1
            yield Done(number, workers_module._MOST_BYTES // 3)

    seen = [(taken, result) for result in two.map(_square, work())]
    assert [result for _, result in seen] == [196, *range(50)]
    assert all(ahead <= place + 4 for place, (ahead, _) in enumerate(seen))


def test_workers__start_none_for_what_is_done() -> None:
    with Workers(2) as workers:
        assert list(workers.map(_square, map(Done, range(3)))) == [0, 1, 2]
        assert workers._pool is None


def test_workers__heavy_work_is_under_way_alone(two: Workers) -> None:
    taken: list[int] = []

    def work() -> Iterator[int]:
        for number in range(1, 9):
            taken.append(number)
            yield number

    results = two.map(_square, work(), weight=lambda _: workers_module._MOST_BYTES)
    seen = [(len(taken), result) for result in results]
    assert [result for _, result in seen] == [number * number for number in range(1, 9)]
    assert all(ahead <= place + 2 for place, (ahead, _) in enumerate(seen))


def test_workers__what_is_done_stays_in_its_place(two: Workers) -> None:
    work = [Done(-number) if number % 3 else number for number in range(14, 60)]
    expected = [-number if number % 3 else number * number for number in range(14, 60)]
    assert list(two.map(_square, work)) == expected


def test_workers__no_process_is_started_for_what_is_done() -> None:
    with Workers(2) as workers:
        assert list(workers.map(_square, [Done(1), Done(2)])) == [1, 2]
        assert workers._pool is None


def test_workers__what_is_done_waits_for_no_room(two: Workers) -> None:
    """Work for the processes is found however much is done before it."""
    taken = 0

    def work() -> Iterator[int | Done[int]]:
        nonlocal taken
        for number in range(14, 1000):
            taken += 1
            yield number if number % 100 == 14 else Done(number)

    results = two.map(_square, work())
    assert next(results) == 14 * 14
    assert taken > 2 * workers_module._AHEAD + 1
    assert len(list(results)) == 985


def test_workers__one_that_is_killed_is_told(tmp_path: Path) -> None:
    with Workers(2) as workers, pytest.raises(WorkerError, match="ended from outside"):
        list(workers.map(_killed, range(3)))


def test_workers__start_for_work_that_is_worth_it_or_if_they_were_asked_for() -> None:
    assert not ALONE.serve(worth_starting=True)
    assert Workers(2).serve(worth_starting=False)
    assert Workers().serve(worth_starting=True) == ((os.cpu_count() or 1) > 1)
    assert not Workers().serve(worth_starting=False)


def test_import__with_workers_leaves_the_same_archive_and_tells_the_same(two: Workers, tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    shutil.copytree(ROOT / "example_export", exports)
    broken = exports / "deepseek" / "conversations.json"
    first, *others = json.loads(broken.read_text("utf-8"))
    broken.write_text(json.dumps([first, "no conversation", *others, {}]), "utf-8")
    states: list[object] = []
    told: list[list[ImportSummary]] = []
    for name, workers in (("alone", ALONE), ("together", two), ("cached", two)):
        told.append([])
        folder = tmp_path / name
        with (
            Archive(folder, "UTC") as archive,
            Cache(folder, "program") if name == "cached" else nullcontext() as cache,
        ):
            for _ in range(2):
                for export, recognised in find_exports(exports):
                    with export:
                        told[-1].append(import_export(archive, export, recognised, workers=workers, cache=cache))
        states.append(archive_state(folder))
    assert states[0] == states[1] == states[2]
    assert told[0] == told[1] == told[2]
    assert any(summary.problems for summary in told[0])
