"""Imports point downwards only, and each outside package has one door."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "sitegen"

#: Lowest first. A module may import from its own layer's package and from lower layers.
LAYERS = (
    {
        *("model", "errors", "config", "tree", "wording", "pages", "folders", "dates", "language", "labels"),
        *("selection", "profiles", "rules", "interchange", "durability", "lock", "headers", "media_types"),
        *("notes", "phrases", "file_names", "workers"),
    },
    {"readers", "text", "theme", "redaction"},
    {"archive", "render", "plan", "search", "output"},
    {"packing"},
    {"made_from", "making", "inspection", "verify", "plain_files", "hosting", "sealing"},
    {"prepared"},
    {"build", "searching"},
    {"watch", "publish"},
    {"cli"},
)
DOORS = {
    "zipfile": {"readers"},
    "markdown_it": {"text"},
    "mdit_py_plugins": {"text"},
    "pygments": {"text"},
    "latex2mathml": {"text"},
    "jinja2": {"theme"},
    "babel": {"language"},
    "lunr": {"search"},
    "snowballstemmer": {"search"},
    "numpy": {"search"},
    "sqlite3": {"archive"},
    "click": {"cli"},
    "rich": {"cli"},
    "filelock": {"lock"},
    "watchfiles": {"watch"},
    "cryptography": {"sealing"},
}
#: The archive reads with readers; pages of the same layer build on these of their neighbours.
NEIGHBOURS = {("render", "archive"), ("render", "search"), ("plan", "render"), ("plan", "archive"), ("plan", "search")}


def part_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def layer_of(part: str) -> int:
    return next(number for number, parts in enumerate(LAYERS) if part in parts)


def imports_of(module: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


MODULES = [
    m for m in sorted(PACKAGE.rglob("*.py")) if m.name != "__main__.py" and m.parent / m.name != PACKAGE / "__init__.py"
]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(PACKAGE).as_posix())
def test_layers__imports_point_downwards(module):
    own = part_of(module)
    for name in imports_of(module):
        package, _, rest = name.partition(".")
        other = rest.partition(".")[0]
        if package != "sitegen" or not other or other == own or other == "__version__":
            continue
        assert layer_of(other) < layer_of(own) or (own, other) in NEIGHBOURS or layer_of(own) == layer_of(other) == 0, (
            f"{own} may not import {other}"
        )


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(PACKAGE).as_posix())
def test_layers__each_outside_package_has_one_door(module):
    for name in imports_of(module):
        allowed = DOORS.get(name.partition(".")[0])
        assert allowed is None or part_of(module) in allowed, f"{name} is not for {part_of(module)}"
