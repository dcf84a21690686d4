"""Stemmers of every language: the same words in Python and in the page, and what they are good for."""

from __future__ import annotations

import importlib
import json
import random
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from fuzz.mutation import as_text
from fuzz.targets import all_targets
from search_site import TEXT_SCRIPTS, THEME, load_scripts

from sitegen.config import SEARCH_LANGUAGES
from sitegen.search.documents import FIELDS
from sitegen.search.passages import marked
from sitegen.search.query import Clause, Phrase, plan_of
from sitegen.search.stemmer import SNOWBALL, Stemming
from sitegen.search.stop_words import STOP_WORDS, stop_words
from sitegen.search.tokens import Terms, folded, runs

VENDOR = THEME / "static" / "vendor"
RELEASE = "3.0.1"

#: Words that the generator puts endings to. The endings are those in the tables of Snowball's own stemmers.
WORDS = {
    "ar": "كتاب مدرسة ولد بيت سيارة كلمة معلم طالب لغة سؤال جواب عمل مكتبة مدينة طريق",
    "ca": "casa cançó llibre ciutat germà nació camí menjar parlar dormir català llengua pregunta feliç història",
    "da": "hus barn bog sprog spørgsmål arbejde menneske pige vindue lærer løbe skrive gammel år hånd",
    "de": "haus buch kind mädchen straße übung größe lehrer frage arbeit schön laufen käufer fluss bürger",
    "el": "βιβλίο σπίτι άνθρωπος γλώσσα ερώτηση δουλειά παιδί δρόμος γράφω μεγάλος πόλη τραγούδι θάλασσα χρόνος",
    "eo": "domo libro homo lingvo demando laboro bela ŝanĝo ĉevalo kuri skribi infano granda lernejo strato",
    "es": "canción libro nación corazón niño lengua pregunta trabajar comer vivir feliz razón ciudad historia árbol",
    "et": "maja raamat laps keel küsimus töö õpetaja inimene linn jooksma kirjutama suur öö sõna päev",
    "eu": "etxe liburu ume hizkuntza galdera lan irakasle gizon hiri idatzi handi kale egun mendi urte",
    "fi": "talo kirja lapsi kieli kysymys työ opettaja ihminen kaupunki juosta kirjoittaa suuri yö sana päivä",
    "fr": "maison livre enfant langue élève travail naïf manger parler finir école général heureux cœur forêt",
    "ga": "teach leabhar leanbh teanga ceist obair múinteoir duine cathair scríobh mór sráid lá focal bliain",
    "hi": "किताब घर लड़का लड़की भाषा सवाल काम शहर लिखना बड़ा सड़क दिन शब्द नदी पहाड़",
    "hu": "ház könyv gyerek nyelv kérdés munka tanító ember város futni írni nagy út szó nap",
    "hy": "գիրք տուն մարդ լեզու հարց աշխատանք երեխա քաղաք գրել մեծ փողոց օր բառ գետ լեռ",
    "id": "rumah buku anak bahasa tanya kerja guru orang kota tulis besar jalan hari kata ajar",
    "it": "casa libro città lingua domanda lavoro perché mangiare parlare dormire felice nazione strada università",
    "lt": "namas knyga vaikas kalba klausimas darbas mokytojas žmogus miestas rašyti didelis gatvė diena žodis upė",
    "ne": "किताब घर केटा केटी भाषा प्रश्न काम सहर लेख्नु ठूलो बाटो दिन शब्द नदी हिमाल",
    "nl": "huis boek kind taal vraag werk leraar mens stad lopen schrijven groot straat geïnteresseerd één",
    "no": "hus barn bok språk spørsmål arbeid menneske jente vindu lærer løpe skrive gammel år hånd",
    "pt": "casa canção livro nação coração língua pergunta trabalhar comer partir feliz razão cidade história avô",
    "ro": "casă carte copil limbă întrebare muncă profesor om oraș scrie mare stradă zi cuvânt școală",
    "ru": "книга дом ребёнок язык вопрос работа учитель человек город бежать писать большой улица день хороший",
    "sr": "књига кућа дете језик питање рад учитељ човек град knjiga kuća dete jezik čovek džep",
    "sv": "hus barn bok språk fråga arbete människa flicka fönster lärare springa skriva gammal år hand",
    "ta": "புத்தகம் வீடு குழந்தை மொழி கேள்வி வேலை ஆசிரியர் மனிதன் நகரம் எழுது பெரிய தெரு நாள் சொல் ஆறு",
    "tr": "ev kitap çocuk dil soru iş öğretmen insan şehir koşmak yazmak büyük sokak gün ağaç",
    "yi": "בוך הויז קינד שפראך פראגע ארבעט לערער מענטש שטאט שרייבן גרויס גאס טאג ווארט טייך",
}


def endings(language: str) -> list[str]:
    """The pieces that the language's stemmer looks for, at the end of words or before them."""
    name, letters = SNOWBALL[language]
    stemmer = getattr(importlib.import_module(f"snowballstemmer.{name}_stemmer"), f"{name.capitalize()}Stemmer")
    tables = [table for attribute, table in vars(stemmer).items() if attribute.startswith("a_")]
    pieces = {among.s for table in tables for among in table}
    return sorted(piece for piece in pieces if re.fullmatch(f"[{letters}]+", piece))


@cache
def vocabulary(language: str) -> list[str]:
    """A thousand words and more: real ones with endings, as spelled and without diacritics, and any letters."""
    chance = random.Random(f"stems {language}")
    stems = WORDS[language].split()
    pieces = endings(language)
    alphabet = sorted(set("".join([*stems, *pieces])))
    made = {*stems, *pieces}
    for _ in range(900):
        stem = chance.choice(stems)
        stem = stem[: len(stem) - chance.randint(0, min(2, len(stem) - 1))]
        made.add("".join([stem, *chance.choices(pieces, k=chance.randint(1, 2))]))
        made.add(chance.choice(pieces) + stem)
    made.update("".join(chance.choices(alphabet, k=chance.randint(1, 12))) for _ in range(500))
    return sorted({run for word in {*made, *map(folded, made)} for run in runs(word)})


def use(page: Any, languages: list[str]) -> None:
    """Lets the page's text scripts stem by these languages."""
    load_scripts(page, TEXT_SCRIPTS)
    paths: list[str] = page.evaluate(
        "async (languages) => { const paths = [];"
        " await sitegen.stems.use(languages, async (path) => paths.push(path)).catch(() => null); return paths; }",
        languages,
    )
    for path in paths:
        page.add_script_tag(path=THEME / "static" / path.removeprefix("assets/"))
    page.evaluate("(languages) => sitegen.stems.use(languages, async () => {})", languages)


def in_page(page: Any, words: list[str]) -> list[list[str]]:
    found: list[list[str]] = page.evaluate("(words) => words.map(sitegen.text.terms)", words)
    return found


def differing(page: Any, languages: list[str], words: list[str]) -> list[tuple[str, list[str], list[str]]]:
    terms = Terms(languages)
    return [(w, terms.of(w), t) for w, t in zip(words, in_page(page, words), strict=True) if terms.of(w) != t]


def test_stemmers__are_of_one_release_on_both_sides() -> None:
    assert version("snowballstemmer") == RELEASE
    assert {path.name for path in VENDOR.glob("snowball-*")} == {
        f"snowball-{RELEASE}",
        f"snowball-{RELEASE}.LICENSE.txt",
    }
    assert f'"assets/vendor/snowball-{RELEASE}/"' in (THEME / "static/js/stems.js").read_text("utf-8")
    for name, _ in SNOWBALL.values():
        module = importlib.import_module(f"snowballstemmer.{name}_stemmer")
        assert f"by Snowball {RELEASE} " in Path(str(module.__file__)).read_text("utf-8")


def test_languages__are_the_same_in_the_settings_and_in_the_page(page: Any) -> None:
    assert tuple(sorted(["en", *SNOWBALL])) == SEARCH_LANGUAGES
    script = (THEME / "static/js/stems.js").read_text("utf-8").replace("LATIN + CYRILLIC", "BOTH")
    latin, cyrillic, devanagari = (SNOWBALL[language][1] for language in ("de", "ru", "hi"))
    names = {"LATIN": latin, "CYRILLIC": cyrillic, "DEVANAGARI": devanagari, "BOTH": latin + cyrillic}
    table = {
        code: (name, names.get(letters) or json.loads(letters).encode().decode("unicode_escape"))
        for code, name, letters in re.findall(r'^    (\w\w): \["(\w+)", (.*)\],$', script, re.MULTILINE)
    }
    assert table == SNOWBALL
    load_scripts(page, TEXT_SCRIPTS)


def test_vendor__has_a_script_for_every_language_and_no_other() -> None:
    found = {path.name for path in (VENDOR / f"snowball-{RELEASE}").iterdir()}
    stops = {name for name in found if name.startswith("stop-words-")}
    assert found - stops == {"base-stemmer.js", *(f"{name}-stemmer.js" for name, _ in SNOWBALL.values())}
    listed = re.search(r"WITH_STOP_WORDS = (\[.*\]);", (THEME / "static/js/stems.js").read_text("utf-8"))
    assert listed is not None
    assert stops == {f"stop-words-{language}.js" for language in json.loads(listed[1])}


def test_terms__equal_in_the_page_for_the_vocabulary_of_every_language(page: Any) -> None:
    for language in SNOWBALL:
        words = vocabulary(language)
        assert len(words) > 1000, language
        changed = sum(Terms([language]).of(word) != [folded(word)] for word in words)
        assert changed > len(words) / 5, (language, "the words test nothing")
        use(page, [language])
        assert differing(page, [language], words) == [], language


@pytest.mark.parametrize("languages", [["en", "de"], ["es", "en", "fr"], ["sr", "ru", "en"], ["hi", "ne", "tr"], []])
def test_terms__equal_in_the_page_for_several_languages(page: Any, languages: list[str]) -> None:
    words = [word for language in ("de", "es", "fr", "ru", "sr", "hi", "tr") for word in vocabulary(language)[::5]]
    words += [
        "getUserName",
        "Straßen_Namen",
        "İstanbul'da",
        "ΣΊΣΥΦΟΣ",
        "naïvely",
        "数据库",
        "e\u0301te\u0301s",
        "x9",
        "a",
    ]
    use(page, languages)
    assert differing(page, languages, words) == []


#: Words of which each must be found by every other, and those that people type who have no accents.
MEET = {
    "de": [
        "Buch Bücher Büchern Buecher Bucher",
        "Haus Häuser haeuser",
        "Straße Straßen strasse",
        "Übung Übungen ubung",
    ],
    "es": ["canción canciones cancion", "corazón corazones corazon", "trabajar trabajaré trabajando"],
    "fr": ["général générale generale", "parler parlé parlait", "étudiant étudiants etudiant"],
    "it": ["città citta", "domanda domande", "parlare parlato parlando"],
    "pt": ["livro livros", "canção cancao", "trabalhar trabalhando trabalhou"],
    "nl": ["boek boeken", "vraag vragen"],
    "sv": ["fråga frågor fraga", "bok boken"],
    "ru": ["книга книги книгой книгу", "хороший хорошего хорошая", "ребёнок ребенок"],
    "el": ["δρόμος δρόμου δρομος", "γλώσσα γλώσσες"],
    "tr": ["kitap kitaplar kitabı", "çocuk çocuklar"],
    "hu": ["ház házak", "könyv könyvek"],
    "fi": ["talo talossa talot", "kirja kirjan"],
    "ar": ["كتاب الكتاب", "معلم معلمون"],
    "sr": ["књига књиге knjiga knjige"],
}


@pytest.mark.parametrize("language", MEET)
def test_terms__of_forms_of_one_word_meet(language: str) -> None:
    terms = Terms([language])
    for group in MEET[language]:
        sets = {word: set(terms.of(word)) for word in group.split()}
        first = next(iter(sets.values()))
        assert [word for word, found in sets.items() if not found & first] == [], group


def test_terms__of_a_word_without_its_accents_are_always_among_those_of_the_word() -> None:
    for language in SNOWBALL:
        terms = Terms([language])
        for word in vocabulary(language):
            if runs(folded(word)) == [folded(word)]:
                assert set(terms.of(folded(word))) & set(terms.of(word)), (language, word)


def test_terms__of_another_script_or_with_digits_are_left_alone() -> None:
    assert Terms(["ru"]).of("houses книгами x86s ΒΙΒΛΊΑ") == ["houses", "книг", "x86s", "βιβλια"]
    assert Terms(["de"]).of("häuser_2 книгами ab") == ["hauser_2", "haus", "2", "книгами", "ab"]


def test_terms__with_english_and_another_script_are_those_of_english_alone() -> None:
    text = "naïvely étés databases running café Straße"
    assert Terms(["en", "ru"]).of(text) == Terms(["ru", "en"]).of(text) == Terms(["en"]).of(text)


def test_stem__is_never_empty() -> None:
    for language in SNOWBALL:
        stemming = Stemming([language])
        assert all(stemming.stem(word) for word in vocabulary(language)), language


def test_stop_words__are_those_of_the_languages_in_use(page: Any) -> None:
    ask = "(words) => words.filter(sitegen.stems.isStopWord)"
    words = ["sein", "the", "и", "fur", "buch", "estan"]
    use(page, ["de", "ru"])
    assert page.evaluate(ask, words) == ["sein", "и", "fur"]
    use(page, ["en", "es"])
    assert page.evaluate(ask, words) == ["the", "estan"]
    use(page, ["en"])
    assert page.evaluate(ask, sorted(STOP_WORDS)) == sorted(STOP_WORDS)
    for path in (VENDOR / f"snowball-{RELEASE}").glob("stop-words-*.js"):
        listed = " ".join(re.findall(r'^  "(.*?) ?"', path.read_text("utf-8"), re.MULTILINE)).split(" ")
        assert len(listed) > 90
        assert stop_words([path.stem.rpartition("-")[2]]) == set(listed)
        assert [word for word in listed if runs(word) != [word] or folded(word) != word] == [], path.name


PLAN = "([q, f]) => sitegen.query.parse(q, f).clauses.map((c) => [c.term, c.presence, c.boost])"


def test_plan_of__is_that_of_the_page_in_every_language(page: Any) -> None:
    languages = ["en", "de", "es", "ru"]
    fields = [name for name, _ in FIELDS]
    signs = {"optional": 1, "required": 2, "prohibited": 3}
    use(page, languages)
    page.add_script_tag(path=THEME / "static/js/query.js")
    for query in ("cantaré ", "+cantaré ", "-cantaré Bücher ", '"más bonitas" naïve ', "sein oder nicht sein ",
                  "die Bücher ", "книгой хороший~1 ", "数据 naïvely^4 ", "getÜserName ", "Büch* "):  # fmt: skip
        theirs = page.evaluate(PLAN, [query, fields])
        found = [[c.term, signs[c.presence], c.boost] for c in plan_of(query, languages).clauses]
        assert sorted(found) == sorted(theirs), query


WHOLE_PLAN = """([queries, fields]) => queries.map((query) => [false, true].map((isLoose) => {
  const told = (clause) => [clause.term, clause.presence, clause.boost, clause.editDistance || 0, clause.fields];
  const quoted = (phrase) => phrase && [phrase.phrase, phrase.fields];
  const plan = sitegen.query.parse(query, fields, isLoose);
  return [
    plan.clauses.map(told), plan.excluded.map((group) => [group.clauses.map(told), quoted(group.phrase)]),
    plan.phrases.map(quoted), plan.quoted, plan.notes.length,
  ];
}))"""


def whole_plan(query: str, languages: list[str], *, is_loose: bool) -> list[Any]:
    """All of a plan but its notes' words, as `WHOLE_PLAN` gives it."""
    signs = {"optional": 1, "required": 2, "prohibited": 3}

    def told(clause: Clause) -> list[Any]:
        return [clause.term, signs[clause.presence], clause.boost, clause.edits, list(clause.fields)]

    def quoted(phrase: Phrase | None) -> list[Any] | None:
        return phrase and [phrase.words, list(phrase.fields)]

    plan = plan_of(query, languages, is_loose=is_loose)
    return [
        [told(clause) for clause in plan.clauses],
        [[[told(clause) for clause in group.clauses], quoted(group.phrase)] for group in plan.excluded],
        [quoted(phrase) for phrase in plan.phrases],
        list(plan.quoted),
        len(plan.notes),
    ]


def test_plan_of__is_that_of_the_page_for_whatever_is_typed(page: Any) -> None:
    languages = ["en", "de", "ru"]
    use(page, languages)
    page.add_script_tag(path=THEME / "static/js/query.js")
    made = [as_text(query) for query in all_targets()["query"].mutations(3_000)]
    # JSON has no lone surrogates on its way to the page, and no infinite weight on its way back.
    queries = [query for query in made if "^99999999" not in query and not re.search("[\ud800-\udfff]", query)]
    assert len(queries) > 2_000
    theirs = page.evaluate(WHOLE_PLAN, [queries, [name for name, _ in FIELDS]])
    ours = [[whole_plan(query, languages, is_loose=loose) for loose in (False, True)] for query in queries]
    assert [(q, a, b) for q, a, b in zip(queries, ours, theirs, strict=True) if a != b][:3] == []


def test_passages__mark_by_the_stems_of_the_index() -> None:
    text = "Alte Bücher, mañana cantaré"
    assert [s.text for s in marked(text, {"buch", "cant"}, ["de", "es"]) if s.is_marked] == ["Bücher", "cantaré"]
    assert [s.text for s in marked(text, {"buch", "cant"}) if s.is_marked] == []


def test_use__says_which_language_has_no_stemmer(page: Any) -> None:
    load_scripts(page, TEXT_SCRIPTS)
    message = page.evaluate("() => sitegen.stems.use(['xx'], async () => {}).catch((error) => error.message)")
    assert "no stemmer for: xx" in message
