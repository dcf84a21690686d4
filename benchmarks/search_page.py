"""What a first query costs in Chromium, from disk and from a server, beside one whole Lunr index of the same texts.

    python benchmarks/search_page.py --conversations 1000

Everything is made in a folder that is thrown away. Each query is asked in a browser context of its own, so that
nothing is known of the site: the search page is opened, left alone until it has stopped loading, and asked; the time
runs from pressing Enter to the first result in the document, and again, in another context, from opening the page with
the query in its address. Counted are the files below search/ up to the first result, and up to the end of loading, for
results that come into view; memory is JavaScript's after a collection, and the private memory of the page's process
(`RssAnon`). The whole index is made by lunr.py and loaded the fastest way: one string that JSON.parse reads. It is left
out above 1,000 conversations unless `--lunr` asks for it. `--profile` says where the time of a query goes.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import unquote, urlencode, urlsplit

from playwright.sync_api import Browser, Error, Page, sync_playwright
from search_corpus import lunr_index, make_site, search_conversations

from sitegen.search import SearchConversation
from sitegen.search.stop_words import STOP_WORDS

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()), None)
MOST_FOR_LUNR = 1000
QUIET = 250
LUNR_SCRIPT = "vendor/lunr-2.3.9.min.js"


# --- queries ---------------------------------------------------------------------------------------------------------


class Query(NamedTuple):
    """What is asked: words for the field, and filters by name."""

    what: str
    text: str
    filters: Mapping[str, str] = {}


def queries(conversations: Iterable[SearchConversation]) -> list[Query]:
    """One query of each kind, from the words of the documents; the same for the same corpus."""
    frequencies: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for conversation in conversations:
        for place, document in enumerate(conversation.documents):
            found = re.findall("[a-z]+", document.answer.lower())
            frequencies.update(set(found))
            if place == 2:
                pairs.update((a, b) for a, b in pairwise(found) if a != b and STOP_WORDS.isdisjoint((a, b)))
    known = {word: n for word, n in frequencies.items() if len(word) > 5 and word not in STOP_WORDS}
    common = sorted((w for w in frequencies if w not in STOP_WORDS), key=lambda w: (-frequencies[w], w))
    rare = min(known, key=lambda w: (abs(known[w] - 2), w))
    middling = min(known, key=lambda w: (abs(known[w] - sum(known.values()) // len(known)), w))
    phrase = min(pairs, key=lambda p: (-min(frequencies[w] for w in p), p))
    return [
        Query("rare word", rare),
        Query("middling word", middling),
        Query("common word", common[0]),
        Query("two common words", " ".join(common[:2])),
        Query("prefix", f"{middling[:4]}*"),
        Query("unfinished word", middling[:3]),
        Query("phrase of common words", f'"{" ".join(phrase)}"'),
        Query("fuzzy word", f"{middling[:-2]}q{middling[-1]}~1"),
        Query("common word, by a person", common[0], {"role": "user"}),
        Query("filter alone", "", {"role": "user"}),
    ]


# --- the page --------------------------------------------------------------------------------------------------------

#: In every page before its own scripts: the moment at which the first result stands in the document, and the scripts
#: that were asked for up to then.
WATCH = """
  window.scripts = [];
  window.firstResult = new Promise((resolve) => {
    new MutationObserver((records, observer) => {
      for (const { addedNodes } of records) {
        for (const node of addedNodes) if (node instanceof HTMLScriptElement) scripts.push(node.src);
      }
      if (!document.querySelector("[data-search-results] > li")) return;
      observer.disconnect();
      resolve(performance.now());
    }).observe(document, { childList: true, subtree: true });
  });
"""

#: Presses Enter in a field that was filled without a word to the page, which would otherwise begin while typing.
ASK = """
  async ([text, filters]) => {
    const form = document.querySelector("[data-search-form]");
    document.querySelector("[data-search-query]").value = text;
    for (const [name, value] of Object.entries(filters)) form.elements.namedItem(name).value = value;
    const started = performance.now();
    form.requestSubmit();
    return await window.firstResult - started;
  }
"""


class Loaded(NamedTuple):
    """Bytes below search/: of the index, and of conversations' texts."""

    of_index: int
    of_texts: int


class Asked(NamedTuple):
    """A first query: milliseconds, what was loaded, and MB."""

    from_enter: float
    from_opening: float
    at_first: Loaded
    in_all: Loaded
    heap: float
    private: float


class Requests:
    """What a page asks for below a folder's search/."""

    def __init__(self, page: Page, site: Path) -> None:
        self._site = site
        self._paths: list[str] = []
        self._page = page
        page.on("request", lambda request: self._paths.append(unquote(urlsplit(request.url).path)))

    def loaded(self, *, at_first: bool = False) -> Loaded:
        """The bytes of the files asked for up to now, or up to the first result."""
        scripts = self._page.evaluate("window.scripts") if at_first else []
        sizes = {True: 0, False: 0}
        for path in {unquote(urlsplit(address).path) for address in scripts} if at_first else set(self._paths):
            name = path.rpartition("/search/")[2] if "/search/" in path else ""
            if name:
                sizes[name.startswith("text/")] += (self._site / "search" / name).stat().st_size
        return Loaded(sizes[False], sizes[True])

    def settle(self) -> None:
        """Waits until nothing more has been asked for during QUIET milliseconds."""
        before = -1
        while before != len(self._paths):
            before = len(self._paths)
            self._page.wait_for_timeout(QUIET)


@contextmanager
def opened(browser: Browser, site: Path) -> Iterator[tuple[Page, Requests]]:
    """An empty page in a context of its own, which watches for its first result."""
    context = browser.new_context()
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        yield page, Requests(page, site)
    finally:
        context.close()


def ask(browser: Browser, site: Path, address: str, query: Query) -> Asked:
    """A query as the first of a page, twice. Raises playwright's Error if there is no result in time."""
    with opened(browser, site) as (page, requests):
        page.goto(f"{address}/search.html")
        requests.settle()
        from_enter = page.evaluate(ASK, [query.text, query.filters])
        at_first = requests.loaded(at_first=True)
        requests.settle()
        in_all = requests.loaded()
        heap, private = memory(browser, page)
    with opened(browser, site) as (page, requests):
        words = {"q": query.text} if query.text else {}
        # The page has loaded when all results have come, which for phrases can take long.
        page.goto(f"{address}/search.html?{urlencode({**words, **query.filters})}", wait_until="commit")
        from_opening = page.evaluate("window.firstResult")
    return Asked(from_enter, from_opening, at_first, in_all, heap, private)


def memory(browser: Browser, page: Page) -> tuple[float, float]:
    """MB that JavaScript holds after a collection, arrays included as far as they are objects of it; and the private
    memory of the largest process that shows pages."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")
    heap = used["usedSize"] + used.get("backingStorageSize", 0)
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    private = max(_private_kb(process["id"]) for process in processes if process["type"] == "renderer")
    return heap / 1e6, private * 1024 / 1e6


def _private_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:")), 0)


# --- one whole Lunr index ---------------------------------------------------------------------------------------------

#: Loads the index and searches it, as a page of Lunr's would: milliseconds of each step, and how many it found.
LUNR = """
  async (text) => {
    const started = performance.now();
    let data;
    window.receive = (json) => (data = json);
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: "index.js", onload: resolve, onerror: () => reject(new Error("not loaded")) });
      document.head.append(script);
    });
    const read = performance.now();
    window.index = lunr.Index.load(JSON.parse(data));
    const loaded = performance.now();
    const found = window.index.search(text);
    return [read - started, loaded - read, performance.now() - loaded, found.length];
  }
"""


def write_lunr(conversations: Iterable[SearchConversation], site: Path) -> int:
    """A page with one whole index below `lunr/` of the site. Returns the bytes of the index's JSON."""
    folder = site / "lunr"
    folder.mkdir(exist_ok=True)
    index = json.dumps(lunr_index(conversations), ensure_ascii=False, separators=(",", ":"))
    folder.joinpath("index.js").write_text(f"receive({json.dumps(index, ensure_ascii=False)});\n", "utf-8")
    folder.joinpath("index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><script src="../assets/{LUNR_SCRIPT}"></script>', "utf-8"
    )
    return len(index.encode())


def show_lunr(browser: Browser, site: Path, address: str, asked: Sequence[Query]) -> None:
    """Prints what the first query costs with a whole index."""
    for query in asked:
        with opened(browser, site) as (page, _):
            page.goto(f"{address}/lunr/index.html")
            try:
                read, loaded, found, count = page.evaluate(LUNR, query.text)
                heap, private = memory(browser, page)
            except Error as error:
                print(f"whole Lunr index: {query.what}: could not be loaded: {error.message.splitlines()[0]}")
                continue
        times = f"{read:,.0f} ms to read, {loaded:,.0f} to load, {found:,.0f} to find {count:,} documents"
        print(
            f"whole Lunr index: {query.what}: {times}; {heap:,.1f} MB of JavaScript, {private:,.1f} private", flush=True
        )


# --- all of it -------------------------------------------------------------------------------------------------------


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # one connection for many files, as servers have it

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server for the folder on this machine; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def show(browser: Browser, site: Path, addresses: Mapping[str, str], asked: Sequence[Query], times: int) -> None:
    """Prints a line for each query and scheme, times as the median of so many."""
    head = f"{'':<24} {'':<5} {'enter, ms':>10} {'opening, ms':>12} {'index, KB':>10} {'texts, KB':>10}"
    print(f"{head} {'in all, KB':>11} {'heap, MB':>9} {'private, MB':>12}")
    for query in asked:
        for scheme, address in addresses.items():
            try:
                each = [ask(browser, site, address, query) for _ in range(times)]
            except Error as error:
                print(f"{query.what:<24} {scheme:<5} failed: {error.message.splitlines()[0]}", flush=True)
                continue
            last, whole = each[-1], sum(each[-1].in_all) / 1000
            enter, opening = median(a.from_enter for a in each), median(a.from_opening for a in each)
            loaded = f"{last.at_first.of_index / 1000:>10.1f} {last.at_first.of_texts / 1000:>10.1f} {whole:>11.1f}"
            memory = f"{last.heap:>9.1f} {last.private:>12.1f}"
            print(f"{query.what:<24} {scheme:<5} {enter:>10.0f} {opening:>12.0f} {loaded} {memory}", flush=True)


def show_profile(browser: Browser, site: Path, address: str, query: Query) -> None:
    """Prints which functions the time of a first query goes to, by Chromium's sampling profiler."""
    with opened(browser, site) as (page, requests):
        page.goto(f"{address}/search.html")
        requests.settle()
        session = page.context.new_cdp_session(page)
        session.send("Profiler.enable")
        session.send("Profiler.setSamplingInterval", {"interval": 200})
        session.send("Profiler.start")
        took = page.evaluate(ASK, [query.text, query.filters])
        profile = session.send("Profiler.stop")["profile"]
    print(f"\n{query.what}: {took:,.0f} ms from Enter; of these, ms in each function itself:")
    places = {node["id"]: node["callFrame"] for node in profile["nodes"]}
    spent: Counter[str] = Counter()
    for node, microseconds in zip(profile["samples"], profile["timeDeltas"], strict=True):
        frame = places[node]
        spent[f"{frame['functionName'] or '(nameless)'} {frame['url'].rpartition('/')[2]}"] += microseconds
    for name, microseconds in spent.most_common(12):
        print(f"{microseconds / 1000:>10.1f}  {name}")


def main() -> None:
    """Prints a table of the queries."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--conversations", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--times", type=int, default=3, help="how often each query is asked")
    options.add_argument("--lunr", action="store_true", help="a whole index too, however many conversations there are")
    options.add_argument("--profile", action="store_true", help="only profile the queries")
    options.add_argument("--address", metavar="URL", help="where another web server serves the site of --site")
    options.add_argument("--site", type=Path, metavar="FOLDER", help="a built site of the corpus, instead of a new one")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = chosen.site or make_site(chosen.conversations, chosen.seed, Path(folder))
        asked = queries(search_conversations(site))
        for query in asked:
            print(f"{query.what}: {query.text} {dict(query.filters) or ''}")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with served(site) as address:
            addresses = {"file": site.resolve().as_uri(), "http": chosen.address or address}
            if chosen.profile:
                for query in asked:
                    show_profile(browser, site, addresses["file"], query)
                return
            show(browser, site, addresses, asked, chosen.times)
            if chosen.lunr or chosen.conversations <= MOST_FOR_LUNR:
                size = write_lunr(search_conversations(site), site)
                print(f"whole Lunr index: {size / 1e6:,.1f} MB of JSON")
                for own in addresses.values():
                    show_lunr(browser, site, own, [q for q in asked if q.what in ("rare word", "two common words")])


if __name__ == "__main__":
    main()
