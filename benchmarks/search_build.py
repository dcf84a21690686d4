"""What making the search index costs, in time and in bytes, beside Lunr and Pagefind over the same conversations.

    pip install 'pagefind[extended]'
    python benchmarks/search_build.py --conversations 1000

Everything is made in a folder that is thrown away and measured in one run; only the ratios matter. Each row starts
from what a build has anyway and ends with files written: sitegen from the plain text of every message, lunr.py from
the same text, with the fields and boosts of sitegen and its own words, and Pagefind from the HTML of the pages, of
which it reads <main>. lunr.py writes no texts that results could quote; Pagefind does. Each uses as many processors as
it does by itself. lunr.py is left out above 1,000 conversations unless `--lunr` asks for it, Pagefind where it isn't
installed; `--profile` says where sitegen's own time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from search_corpus import lunr_index, make_site, received, search_conversations

from sitegen.search import Analysed, File, Numbered, SearchConversation, Vocabulary, analyse, build_index, text_files

MOST_FOR_LUNR = 1000


class Cost(NamedTuple):
    """What something took: seconds of the processors, its worker processes included, and on the wall's clock."""

    what: str
    cpu: float
    wall: float

    @classmethod
    def of(cls, what: str, costs: Sequence[Cost]) -> Cost:
        """What several took together."""
        return cls(what, sum(cost.cpu for cost in costs), sum(cost.wall for cost in costs))


def measure(what: str, work: Callable[[], object]) -> Cost:
    """Does the work. Processes that it starts must have ended with it to be counted."""
    cpu, wall = _cpu(), time.perf_counter()
    work()
    return Cost(what, _cpu() - cpu, time.perf_counter() - wall)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


# --- sitegen ---------------------------------------------------------------------------------------------------------


class Search:
    """The search files of some conversations: the texts and the words, and then the index of these."""

    def __init__(self, conversations: Sequence[SearchConversation], folder: Path) -> None:
        self.folder = folder
        (folder / "search" / "text").mkdir(parents=True)
        self._conversations = conversations
        self._vocabulary = Vocabulary()
        self._heads: list[SearchConversation] = []
        self._words: list[Numbered] = []

    def texts(self) -> None:
        """Writes the texts that results quote."""
        for conversation in self._conversations:
            self._add_text(*text_files(conversation))

    def words(self) -> None:
        """Counts the words of every message."""
        self._words.extend(map(self._vocabulary.numbered, map(analyse, self._conversations)))

    def both(self, processes: int) -> None:
        """The same in worker processes, while this one writes."""
        _shared[:] = self._conversations
        with ProcessPoolExecutor(processes, get_context("fork")) as pool:
            places = range(len(self._conversations))
            for analysed, head, files in pool.map(_texts_and_words, places, chunksize=8):
                self._add_text(head, files)
                self._words.append(self._vocabulary.numbered(analysed))
        _shared.clear()

    def _add_text(self, head: SearchConversation, files: Iterable[File]) -> None:
        self._heads.append(head)
        self._write(files)

    def index(self) -> None:
        """Writes the index; the others come first."""
        words = {head.key: own for head, own in zip(self._heads, self._words, strict=True)}
        self._write(build_index(self._heads, words.__getitem__, self._vocabulary))

    def _write(self, files: Iterable[File]) -> None:
        for path, content in files:
            (self.folder / path).write_bytes(content)


#: What the worker processes work on: they have it from the process that they are forked from, as a build's workers
#: have what they rendered themselves.
_shared: list[SearchConversation] = []


def _texts_and_words(place: int) -> tuple[Analysed, SearchConversation, list[File]]:
    return analyse(_shared[place]), *text_files(_shared[place])


# --- the others ------------------------------------------------------------------------------------------------------


def write_lunr(conversations: Sequence[SearchConversation], file: Path) -> None:
    """One whole index by lunr.py."""
    index = lunr_index(conversations)
    file.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), "utf-8")


def run_pagefind(site: Path, output: Path) -> None:
    """Pagefind over the pages of the conversations. Raises CalledProcessError if it fails."""
    command = [sys.executable, "-m", "pagefind", "--site", str(site), "--output-path", str(output)]
    command += ["--glob", "chats/**/*.html", "--root-selector", "main"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


# --- sizes -----------------------------------------------------------------------------------------------------------


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def parts(search: Path) -> dict[str, list[Path]]:
    """The files of an index by what they hold."""
    manifest = received(search / "manifest.js")
    kinds = {kind: manifest[kind]["names"].split() for kind in ("shards", "endings", "blocks", "parts")}
    kinds["facets"] = [manifest["facets"]]
    kinds["manifest"] = ["manifest"]
    return {kind: [search / f"{name}.js" for name in names] for kind, names in kinds.items()}


def described(file: Path, kind: str) -> str:
    """A file's size and what it holds."""
    text = f"{kind}, {file.stat().st_size / 1000:.1f} KB"
    if kind not in ("shards", "endings"):
        return text
    terms = received(file)[0].split(" ")
    return f'{text}, {len(terms):,} terms from "{terms[0][1:]}"'


def show_sizes(search: Path, text: int, others: dict[str, int]) -> None:
    """Prints the sizes of the index, by part, beside the text's and the others'."""
    kinds = parts(search)
    sizes = {kind: sum(file.stat().st_size for file in files) for kind, files in kinds.items()}
    rows = [("text of all messages, UTF-8", text), ("sitegen, index", sum(sizes.values()))]
    rows += [(f"  {kind} ({len(kinds[kind]):,})", whole) for kind, whole in sizes.items()]
    rows += [("sitegen, texts that results quote", size(search / "text")), *others.items()]
    print(f"\n{'':<40} {'bytes':>13} {'of text':>8}")
    for what, whole in rows:
        print(f"{what:<40} {whole:>13,} {whole / text:>8.3f}")
    files = sorted(((file.stat().st_size, kind, file) for kind in kinds for file in kinds[kind]), reverse=True)
    several = next((kind, file) for _, kind, file in files if kind != "shards" or " " in received(file)[0])
    print(f"\nlargest file of the index: {described(files[0][2], files[0][1])}")
    print(f"largest with more than one term: {described(several[1], several[0])}")
    sizes_over = Counter("over 150 KB" for whole, _, _ in files if whole > 150_000)
    print(f"files over 150 KB: {sizes_over['over 150 KB']} of {len(files):,}")


def main() -> None:
    """Prints a table of times and one of sizes."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--conversations", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="those that read, for sitegen")
    options.add_argument("--lunr", action="store_true", help="lunr.py too, however many conversations there are")
    options.add_argument("--profile", action="store_true", help="only profile sitegen's own index")
    options.add_argument("--site", type=Path, metavar="FOLDER", help="a built site of the corpus, instead of a new one")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = chosen.site or make_site(chosen.conversations, chosen.seed, folder)
        conversations = list(search_conversations(site))
        if chosen.profile:
            profile(Search(conversations, folder / "own"))
            return
        compare(site, conversations, folder, chosen.processes, chosen.lunr)


def profile(search: Search) -> None:
    """Prints which functions take the time of each step."""
    for work in (search.texts, search.words, search.index):
        with cProfile.Profile() as profiler:
            work()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(15)


def compare(
    site: Path, conversations: Sequence[SearchConversation], folder: Path, processes: int, with_lunr: bool
) -> None:
    """Measures all of them, sitegen's workers before this process has seen a word."""
    messages = sum(len(conversation.documents) for conversation in conversations)
    text = sum(len(text.encode()) for c in conversations for document in c.documents for text in document.texts())
    print(f"{len(conversations):,} conversations, {messages:,} documents, {text / 1e6:,.1f} MB of text", flush=True)

    parallel, alone = Search(conversations, folder / "parallel"), Search(conversations, folder / "alone")
    several = [
        measure(f"sitegen, texts and words, {processes} processes", lambda: parallel.both(processes)),
        measure("sitegen, index", parallel.index),
    ]
    texts = measure("sitegen, texts that results quote", alone.texts)
    one = [measure("sitegen, words, 1 process", alone.words), measure("sitegen, index, again", alone.index)]
    index = Cost.of("sitegen, words and index, 1 process", one)
    everything = Cost.of("sitegen, all three, 1 process", [texts, *one])
    fast = Cost.of(f"sitegen, all three, {processes} processes", several)
    costs = [*several, texts, *one, index, everything, fast]
    others: dict[str, int] = {}
    if find_spec("pagefind"):
        output = folder / "pagefind"
        costs.append(measure("Pagefind", lambda: run_pagefind(site, output)))
        others["Pagefind, everything"] = size(output)
        others["  its index"] = size(output / "index")
        others["  its fragments"] = size(output / "fragment")
    else:
        print("Pagefind is not installed", file=sys.stderr)
    if with_lunr or len(conversations) <= MOST_FOR_LUNR:
        file = folder / "lunr.json"
        costs.append(measure("lunr.py", lambda: write_lunr(conversations, file)))
        others["lunr.py, JSON"] = file.stat().st_size

    print(f"{'':<40} {'CPU, s':>8} {'wall, s':>8} {'CPU of index':>13} {'of all':>8} {'wall of fastest':>16}")
    for what, cpu, wall in costs:
        ratios = f"{index.cpu / cpu:>13.3f} {everything.cpu / cpu:>8.3f} {fast.wall / wall:>16.3f}"
        print(f"{what:<40} {cpu:>8.2f} {wall:>8.2f} {ratios}")
    show_sizes(site / "search", text, others)


if __name__ == "__main__":
    main()
