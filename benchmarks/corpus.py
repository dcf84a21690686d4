"""Makes exports of any provider and any size to measure with. Nothing in them is real.

    python benchmarks/corpus.py --conversations 1000 --seed 1 --output corpus/chatgpt.zip
    python benchmarks/corpus.py --conversations 1000 --provider claude --output corpus/claude.zip
    python benchmarks/corpus.py --megabytes 300 --output corpus/large.zip

Conversation i depends on the seed and i only: a longer export holds a shorter one, and both come out the same on
every machine. Lengths follow a log-normal distribution with a median of 6 and a mean of about 13 messages, at most
300; words follow Zipf's law over English function words and 20,000 invented ones. Answers are Markdown with code
in ten languages, tables, lists, links and formulas; one conversation in twelve is in Chinese, one in Russian. The
form is ChatGPT's of 2023 to 2025: one array, and nodes that name their children; `corpus_shapes` tells the same in the
forms of the others. Memory stays small, for one conversation is made at a time. It is no model of what people write
about, nor of attachments or tools.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate, count, islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from corpus_shapes import FORMS, Form

MEDIAN_MESSAGES, MEAN_MESSAGES, MOST_MESSAGES = 6, 13, 300
VOCABULARY = 20_000
START, SPAN = 1_672_531_200, 3 * 365 * 86_400  # three years from 1 January 2023, in seconds
MONTH = 30 * 86_400
REGENERATED = 0.06  # share of answers that were asked for twice

_FUNCTION_WORDS = (
    "the of and to a in is that for it you with on as are this be or can not by from if we your have at which an "
    "use will but when all one there so they more has each then would only how what also two may these into some "
    "than its no time should any new other our value first out about function data using does make need file code "
    "after where them most list example line set way here result such both between number same call now run"
)
_SYLLABLES = "ba co di fe gu ha jo ki le mu na po qui ra se to ul va we xi yo zu bra cle dro fli gra pro ste tri"
_CHINESE = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日"
    "那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想"
    "已通并提直题程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指"
)
_RUSSIAN = (
    "и в не на я что он с как это по но они мы все она так его за был от же из к у то вы бы о для если есть можно "
    "данные строка функция время пример значение список файл после только когда нужно работает ошибка система код "
    "ответ запрос сервер таблица память быстро часто новый первый другой каждый результат порядок условие метод"
)

_CODE = (
    ("python", "def {a}({b}: list[int]) -> int:\n    # {c}\n    return sum({b}[:{n}])\n\n\nprint({a}([{n}, 2, 3]))"),
    ("javascript", "const {a} = ({b}) => {{\n  // {c}\n  return {b}.filter((x) => x > {n});\n}};\n\n{a}([1, 2]);"),
    ("typescript", "interface {a} {{\n  {b}: number; // {c}\n}}\n\nconst one: {a} = {{ {b}: {n} }};"),
    ("bash", '#!/bin/sh\n# {c}\nfor {b} in $(seq {n}); do\n  echo "{a}: ${b}" | sort -u\ndone'),
    ("sql", "SELECT {a}, count(*) AS {b}\nFROM {a}_log -- {c}\nWHERE {b} > {n}\nGROUP BY {a};"),
    ("html", '<section class="{a}">\n  <!-- {c} -->\n  <p id="{b}">{n}</p>\n</section>'),
    ("json", '{{"{a}": {n}, "{b}": [true, null, "{c}"]}}'),
    ("rust", "/// {c}\nfn {a}({b}: &[u32]) -> u32 {{\n    {b}.iter().map(|x| x + {n}).sum()\n}}"),
    ("go", "// {c}\nfunc {a}({b} []int) int {{\n\tfor i := range {b} {{\n\t\treturn i + {n}\n\t}}\n\treturn 0\n}}"),
    ("java", "class {a} {{\n    // {c}\n    int {b}() {{ return {n}; }}\n}}"),
    ("yaml", "# {c}\n{a}:\n  - {b}: {n}\n    enabled: true"),
)
_FORMULAS = (
    r"\[ \sum_{{k=1}}^{{{n}}} k^2 = \frac{{{n}\cdot{m}}}{{6}} \]",
    r"The error is \( O(n^{{{n}}} \log n) \) for \( n \ge {m} \).",
    "$$\n\\int_0^{{{n}}} e^{{-x^2}} \\, dx \\approx \\sqrt{{\\pi / {m}}}\n$$",
)


class Writer:
    """Writes words, and Markdown out of words, with the numbers of one generator."""

    def __init__(self, numbers: random.Random, words: tuple[str, ...], weights: list[float], joint: str) -> None:
        self.numbers = numbers
        self._words = words
        self._weights = weights
        self._joint = joint

    def words(self, length: int) -> list[str]:
        """So many words, frequent ones often."""
        return self.numbers.choices(self._words, cum_weights=self._weights, k=length)

    def sentence(self) -> str:
        """One sentence of about a dozen words."""
        text = self._joint.join(self.words(4 + self._long(9, 40)))
        return text[:1].upper() + text[1:] + ("。" if not self._joint else "? " if self._chance(0.08) else ". ")

    def prompt(self) -> str:
        """What a person writes: mostly short, sometimes with something pasted."""
        text = "".join(self.sentence() for _ in range(1 + self._long(1, 12))).strip()
        return f"{text}\n\n{self._code()}" if self._chance(0.12) else text

    def answer(self) -> str:
        """What the model writes: paragraphs, and among them everything that Markdown has."""
        return "\n\n".join(self._piece() for _ in range(1 + self._long(4, 30)))

    def title(self) -> str:
        """A few words."""
        return self._joint.join(self.words(2 + self._below(4))).capitalize()

    def _piece(self) -> str:
        kind = self.numbers.random()
        if kind < 0.62:
            return "".join(self._marked(self.sentence()) for _ in range(1 + self._long(2, 8))).strip()
        if kind < 0.76:
            return self._list()
        if kind < 0.88:
            return self._code()
        if kind < 0.93:
            return f"{'#' * (2 + self._below(2))} {self.title()}"
        if kind < 0.96:
            return self._table()
        if kind < 0.98:
            return f"> {self.sentence().strip()}"
        return _FORMULAS[self._below(len(_FORMULAS))].format(n=self._below(90) + 2, m=self._below(90) + 2)

    def _marked(self, sentence: str) -> str:
        kind, word = self.numbers.random(), self.words(1)[0]
        if kind < 0.10:
            return f"**{word}**: {sentence}"
        if kind < 0.20:
            return f"`{word}_{self._below(100)}` {sentence}"
        if kind < 0.23:
            return f"[{word}](https://example.org/{self._below(10_000)}) {sentence}"
        return sentence

    def _list(self) -> str:
        lines = [self._marked(self.sentence()).strip() for _ in range(2 + self._long(3, 12))]
        if self._chance(0.4):
            return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))
        return "\n".join(f"{'  ' * (place % 4 == 3)}- {line}" for place, line in enumerate(lines))

    def _table(self) -> str:
        columns = 2 + self._below(3)
        rows = [self.words(columns) for _ in range(3 + self._below(6))]
        return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], ["---"] * columns, *rows[1:]])

    def _code(self) -> str:
        language, template = _CODE[self._below(len(_CODE))]
        blocks = []
        for _ in range(1 + self._long(2, 14)):
            a, b = (f"{_LATIN[self._below(len(_LATIN))]}_{self._below(50)}" for _ in range(2))
            blocks.append(template.format(a=a, b=b, c=" ".join(self.words(5)), n=self._below(1000)))
        tag = language if self._chance(0.88) else ""
        return f"```{tag}\n" + "\n\n".join(blocks) + "\n```"

    def _below(self, limit: int) -> int:
        return int(self.numbers.random() * limit)

    def _chance(self, share: float) -> bool:
        return self.numbers.random() < share

    def _long(self, median: int, most: int) -> int:
        """A number with a long tail: half of them are at most `median`."""
        return min(most, int(median * math.exp(self.numbers.gauss(0, 0.8))))


def _invented_words() -> list[str]:
    numbers, syllables = random.Random("words"), _SYLLABLES.split()
    words = dict.fromkeys(_FUNCTION_WORDS.split())
    while len(words) < VOCABULARY:
        words["".join(numbers.choices(syllables, k=2 + int(numbers.random() * 3)))] = None
    return list(words)


def _zipf(size: int) -> list[float]:
    return list(accumulate(1 / (rank + 2.7) for rank in range(size)))


_LATIN = tuple(_invented_words())
_LANGUAGES = {
    "latin": (_LATIN, _zipf(len(_LATIN)), " "),
    "chinese": (tuple(_CHINESE), _zipf(len(_CHINESE)), ""),
    "russian": (tuple(_RUSSIAN.split()), _zipf(len(_RUSSIAN.split())), " "),
}


def conversation(seed: int, index: int, more_turns: int = 0, is_later: bool = False) -> dict[str, Any]:
    """Conversation `index` of the corpus with this seed, `more_turns` longer than it was at first: in the month after
    the years of the corpus. `is_later`: begun in that month.

    Each turn has numbers of its own, so that going on changes nothing that was said before.
    """
    numbers = random.Random(f"{seed}/{index}")
    kind = numbers.random()
    language = "chinese" if kind < 1 / 12 else "russian" if kind < 2 / 12 else "latin"
    spread = math.sqrt(2 * math.log(MEAN_MESSAGES / MEDIAN_MESSAGES))
    messages = min(MOST_MESSAGES, MEDIAN_MESSAGES * math.exp(numbers.gauss(0, spread)))
    turns = max(1, round(messages / 2)) + more_turns
    place = (index * 7919 % 1_000_003) / 1_000_003
    created = time = START + SPAN + place * MONTH if is_later else START + place * SPAN
    model = ("gpt-4", "gpt-4o", "gpt-5")[int(numbers.random() * 3)]
    title = Writer(numbers, *_LANGUAGES[language]).title()

    root, system = _id(seed, index, "root"), _id(seed, index, "system")
    mapping: dict[str, Any] = {}
    _add(mapping, root, None, None)
    _add(mapping, system, root, _message(system, "system", "", None, {"is_visually_hidden_from_conversation": True}))
    last = system
    for turn in range(turns):
        writer = Writer(random.Random(f"{seed}/{index}/{turn}"), *_LANGUAGES[language])
        if more_turns and turn == turns - more_turns:
            time = max(time, START + SPAN + place * MONTH)
        time += 30 + writer.numbers.random() * 600
        question = _id(seed, index, f"{turn}/question")
        _add(mapping, question, last, _message(question, "user", writer.prompt(), time, {}))
        versions = 2 if writer.numbers.random() < REGENERATED else 1
        for version in range(versions):
            time += 2 + writer.numbers.random() * 40
            last = _id(seed, index, f"{turn}/answer/{version}")
            metadata = {"model_slug": model, "finish_details": {"type": "stop"}, "parent_id": question}
            _add(mapping, last, question, _message(last, "assistant", writer.answer(), time, metadata))

    identity = _id(seed, index, "conversation")
    return {
        "title": title,
        "create_time": created,
        "update_time": time,
        "mapping": mapping,
        "moderation_results": [],
        "current_node": last,
        "plugin_ids": None,
        "conversation_id": identity,
        "conversation_template_id": None,
        "gizmo_id": None,
        "is_archived": False,
        "safe_urls": [],
        "default_model_slug": model,
        "id": identity,
    }


def _add(mapping: dict[str, Any], identity: str, parent: str | None, message: dict[str, Any] | None) -> None:
    mapping[identity] = {"id": identity, "message": message, "parent": parent, "children": []}
    if parent is not None:
        mapping[parent]["children"].append(identity)


def _message(identity: str, role: str, text: str, time: float | None, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": identity,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": time,
        "update_time": None,
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "end_turn": True if role == "assistant" else None,
        "weight": 1.0,
        "metadata": metadata,
        "recipient": "all",
        "channel": None,
    }


def _id(seed: int, index: int, what: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://example.org/{seed}/{index}/{what}"))


def conversations(seed: int, continued: float = 0, before: int | None = None) -> Iterator[dict[str, Any]]:
    """Conversation after conversation without end, the share `continued` of which has gone on for two more turns.

    With `before`, as an export shows them a month after one of so many: those that follow were begun in that month.
    """
    for index in count():
        is_later = before is not None and index >= before
        goes_on = not is_later and random.Random(f"{seed}/{index}/continued").random() < continued
        yield conversation(seed, index, 2 if goes_on else 0, is_later)


def write_array(file: BinaryIO, values: Iterator[dict[str, Any]], most_bytes: int | None = None) -> int:
    """Writes a JSON array as it is made, no item begun beyond `most_bytes`. Returns its size in bytes."""
    size = file.write(b"[")
    for place, value in enumerate(values):
        size += file.write((b", " if place else b"") + json.dumps(value).encode())
        if most_bytes is not None and size >= most_bytes:
            break
    return size + file.write(b"]")


def write_export(
    file: BinaryIO, form: Form, conversations: Iterator[dict[str, Any]], most_bytes: int | None = None
) -> int:
    """Writes conversations of the corpus as a provider's JSON (or script). Returns its size in bytes."""
    items = (item for conversation in conversations for item in form.items(conversation))
    size = file.write(form.before) + write_array(file, items, most_bytes)
    return size + file.write(form.after)


@contextmanager
def export_file(path: Path, member_name: str = FORMS["chatgpt"].member) -> Iterator[BinaryIO]:
    """The file to write an export to: the member of a new zip, or a bare .json or .js."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in (".json", ".js"):
        with path.open("wb") as file:
            yield file
        return
    member = zipfile.ZipInfo(member_name, (2025, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive, archive.open(member, "w", force_zip64=True) as file:
        yield cast(BinaryIO, file)


def write_zip(path: Path, number: int, seed: int, continued: float = 0, before: int | None = None) -> None:
    """Writes an export of `number` conversations, as `conversations` gives them."""
    with export_file(path) as file:
        write_array(file, islice(conversations(seed, continued, before), number))


def main() -> None:
    """Writes one export as the options say."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    size = options.add_mutually_exclusive_group(required=True)
    size.add_argument("--conversations", type=int, help="how many")
    size.add_argument("--megabytes", type=float, help="about how much JSON instead")
    options.add_argument("--provider", choices=sorted(FORMS), default="chatgpt", help="whose form it has")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--continued", type=float, default=0, metavar="SHARE", help="share that goes on a bit longer")
    options.add_argument("--before", type=int, metavar="COUNT", help="as a month after an export of so many")
    options.add_argument("--output", type=Path, required=True, metavar="FILE", help="a .zip, or a bare .json or .js")
    chosen = options.parse_args()
    form = FORMS[chosen.provider]
    values = islice(conversations(chosen.seed, chosen.continued, chosen.before), chosen.conversations)
    with export_file(chosen.output, form.member) as file:
        written = write_export(file, form, values, int(chosen.megabytes * 1e6) if chosen.megabytes else None)
    print(f"{chosen.output}: {written / 1e6:,.1f} MB of JSON")


if __name__ == "__main__":
    main()
