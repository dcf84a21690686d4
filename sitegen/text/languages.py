"""The languages of program text: what they are called by Pygments, by people, and by models."""

from __future__ import annotations

import re
from functools import cache

# Pygments' name of the language, the name for people, and other names that models and people write.
_LANGUAGES = """
python Python: py python3 py3 pyi ipython jupyter
pycon Python session: python-repl
javascript JavaScript: js node nodejs mjs cjs
typescript TypeScript: ts mts cts
tsx TSX:
jsx JSX: react
java Java:
kotlin Kotlin: kt kts
scala Scala:
groovy Groovy: gradle
c C: h
cpp C++: c++ cc cxx hpp
csharp C#: cs c#
go Go: golang
rust Rust: rs
swift Swift:
dart Dart:
php PHP: php-template
ruby Ruby: rb
perl Perl: pl
lua Lua:
r R: rlang
julia Julia: jl
matlab MATLAB: octave
haskell Haskell: hs
elixir Elixir: ex exs
clojure Clojure: clj cljs
zig Zig:
bash Shell: sh shell zsh ksh shellscript
console Terminal: shell-session terminal
powershell PowerShell: ps1 pwsh ps
bat Batch: batch cmd dosbatch
sql SQL: mysql postgresql postgres sqlite plsql tsql
html HTML: htm
xml XML: svg rss xsd xsl plist
css CSS:
scss SCSS:
less Less:
json JSON: json5 jsonc jsonl ndjson geojson
yaml YAML: yml
toml TOML:
ini INI: cfg conf properties dotenv env
diff Diff: patch
docker Dockerfile: dockerfile containerfile
nginx nginx: nginxconf
graphql GraphQL: gql
protobuf Protocol Buffers: proto
latex LaTeX: tex
vim Vim script: viml vimscript
"""


@cache
def _names() -> tuple[dict[str, str], dict[str, str]]:
    """Every name to the language it means, and every language to its label."""
    names: dict[str, str] = {}
    labels: dict[str, str] = {}
    for line in _LANGUAGES.strip().splitlines():
        heading, _, others = line.partition(":")
        language, label = heading.split(" ", 1)
        labels[language] = label
        names.update(dict.fromkeys((language, *others.split()), language))
    return names, labels


def languages() -> tuple[str, ...]:
    """The languages that are highlighted, as Pygments calls them."""
    return tuple(_names()[1])


#: The name of a language at the beginning of an info string.
NAME = re.compile(r"\s*\{?\.?([^\s{}:,;=]{1,40})(?:[:,;=]|(?=[\s{}]|$))")


def language_of(info: str) -> str:
    """The language that an info string or a provider's name for one means, as Pygments calls it; else ""."""
    name = NAME.match(info)
    return _names()[0].get(name[1].lower(), "") if name else ""


def language_label(language: str) -> str:
    """The language's name for people ("Python"); "" for none or one that isn't on the list."""
    return _names()[1].get(language_of(language), "")
