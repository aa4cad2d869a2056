"""What is suppressed is what was judged, for as long as was said; the rest is found."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.classify import Dossier, Knowledge, Suppressor
from pii_scan.classify.fingerprint import fingerprints
from pii_scan.classify.suppress import overlapping
from pii_scan.config.categories import load_categories
from pii_scan.config.doctypes import load_doctypes
from pii_scan.config.organisations import load_organisations
from pii_scan.config.suppressions import append, load_suppressions, value_suppression
from pii_scan.errors import ConfigError
from pii_scan.model import Chunk, Finding, Hit, Recognizer, Suppression, below
from pii_scan.scan import load_recognizers

KEY = b"k" * 32
TODAY = date(2026, 11, 26)
LATER = date(2027, 11, 26)
RECOGNIZERS = {one.entity: one for one in load_recognizers(("pii_scan_nl",))}
KNOWLEDGE = Knowledge(load_categories(), load_doctypes(), load_organisations())
DIGESTS = ("aa" * 32, "bb" * 32, "cc" * 32)


def judged(
    name: str,
    entity: str | None = "NL_BSN",
    until: date = LATER,
    *,
    category: str | None = None,
    fingerprints: tuple[str, ...] = (),
    pattern: str | None = None,
    path: str | None = None,
) -> Suppression:
    what = (entity, category, fingerprints, pattern, path)
    return Suppression(name, *what, reason="test", by="A", added=TODAY, until=until)


def found(entity: str = "NL_BSN", digest: str = DIGESTS[0], category: str = "B01") -> Finding:
    return Finding(entity, category, "Geheim", "", 0.9, "***", (("value", digest),))


def parted(
    suppressions: Sequence[Suppression], *findings: Finding, uri: str = "share/hr/a.txt"
) -> tuple[list[Finding], dict[str, int]]:
    suppressor = Suppressor(suppressions, TODAY)
    kept, taken = suppressor.parted(uri, findings, {})
    return kept, dict(taken)


# whatever is handed in, nothing is lost and nothing is made

entities = st.sampled_from(["NL_BSN", "IBAN_CODE", "PERSON"])
paths = st.sampled_from(["hr/*", "share/*", "*.txt", "elders/*"])
values = st.builds(
    lambda n, e, d, p, u: judged(n, e, u, fingerprints=(d,), path=p),
    *(st.uuids().map(str), entities, st.sampled_from(DIGESTS), st.none() | paths, st.dates()),
)
shapes = st.builds(
    lambda n, e, p, u: judged(n, e, u, pattern="[0-9]{9}", path=p),
    *(st.uuids().map(str), entities, st.none() | paths, st.dates()),
)
places = st.builds(
    lambda n, c, p, u: judged(n, None, u, category=c, path=p),
    *(st.uuids().map(str), st.sampled_from(["B01", "G01"]), paths, st.dates()),
)
findings = st.lists(
    st.builds(found, entities, st.sampled_from(DIGESTS), st.sampled_from(["B01", "G01", "N01"]))
)


@given(st.lists(values | shapes | places, max_size=6), findings, st.data())
def test_kept_and_suppressed_are_what_was_found(
    given_: list[Suppression], given_findings: list[Finding], data: st.DataObject
) -> None:
    suppressor = Suppressor(given_, TODAY)
    spelled = st.sampled_from(["999990019", "99999001X"])
    matched = {
        place: suppressor.matching(one.entity, data.draw(spelled), None)
        for place, one in enumerate(given_findings)
    }
    kept, taken = suppressor.parted("share/hr/a.txt", given_findings, matched)
    assert len(kept) + sum(count for _, count in taken) == len(given_findings)
    rest = iter(given_findings)
    assert all(any(one is it for it in rest) for one in kept), "kept, in order"
    in_force = {one.id for one in given_ if one.until >= TODAY}
    assert {name for name, _ in taken} <= in_force


# by value


def test_a_new_value_in_an_old_place_is_found() -> None:
    known, new = found(digest=DIGESTS[0]), found(digest=DIGESTS[1])
    kept, taken = parted([judged("s", fingerprints=DIGESTS[:1])], known, new, known)
    assert kept == [new]
    assert taken == {"s": 2}


def test_a_name_is_known_by_all_of_it_and_not_by_its_surname() -> None:
    one, sister = (
        Finding("PERSON", "N01", "Intern", "", 0.9, "", fingerprints("PERSON", name, None, KEY))
        for name in ("Fenna Vriesink", "Tessa Vriesink")
    )
    (digest,) = (digest for kind, digest in one.fingerprints if kind == "full")
    kept, _ = parted([judged("s", "PERSON", fingerprints=(digest,))], one, sister)
    assert kept == [sister]


@pytest.mark.parametrize(("until", "left"), [(TODAY, 0), (date(2026, 11, 25), 1)])
def test_it_holds_up_to_its_last_day(until: date, left: int) -> None:
    kept, _ = parted([judged("s", until=until, fingerprints=DIGESTS[:1])], found())
    assert len(kept) == left


# by shape


@pytest.mark.parametrize(
    ("entity", "value", "pattern", "matches"),
    [
        ("NL_BSN", "9999.90.019", "9999[0-9]{5}", True),
        ("NL_BSN", "1112.22.333", "9999[0-9]{5}", False),
        ("CUSTOMER_NUMBER", "T-1234", "T-[0-9]{4}", True),
        ("CUSTOMER_NUMBER", "T-12345", "T-[0-9]{4}", False),
        ("CUSTOMER_NUMBER", "XT-1234", "T-[0-9]{4}|Q", False),
        ("CUSTOMER_NUMBER", "T-1234\n", "T-[0-9]{4}", False),
        ("PERSON", "Zoë Voorbeeld", "Zo. Voorbeeld", True),
        ("IBAN_CODE", "T-1234", "[0-9]{4}", False),
    ],
)
def test_a_pattern_is_that_of_the_whole_value(
    entity: str, value: str, pattern: str, matches: bool
) -> None:
    suppressor = Suppressor([judged("s", entity, pattern=pattern)], TODAY)
    recognizer = RECOGNIZERS["NL_BSN"] if entity == "NL_BSN" else None
    found = suppressor.matching(entity, value, recognizer.normalise if recognizer else None)
    assert found == ({"s"} if matches else set())
    assert suppressor.matching("NL_KVK", value, None) == set()


@pytest.mark.parametrize("pattern", ["(a)\\1", "(?=a)b", "(?<!a)b", "[0-9", "a)|(b", "a*", "x?"])
def test_a_pattern_that_is_wrong_or_not_linear_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigError, match="regular expression without look-around"):
        Suppressor([judged("s", pattern=pattern)], TODAY)


def test_a_pattern_that_would_take_for_ever_elsewhere_does_not_here() -> None:
    suppressor = Suppressor([judged("s", pattern="(x+x+)+y")], TODAY)
    assert suppressor.matching("NL_BSN", "x" * 50_000, None) == set()


# by place


def test_a_place_hides_what_it_names_and_nothing_else() -> None:
    bsn, iban = found(), found("IBAN_CODE", category="G01")
    entries = [judged("s", None, category="G01", path="hr/*")]
    assert parted(entries, bsn, iban) == ([bsn], {"s": 1})
    assert parted(entries, bsn, iban, uri="share/sales/hr.txt") == ([bsn, iban], {})


def test_the_narrowest_is_what_counts() -> None:
    entries = [judged("place", path="hr/*"), judged("value", fingerprints=DIGESTS[:1])]
    _, taken = parted(entries, found(), found(digest=DIGESTS[1]))
    assert taken == {"place": 1, "value": 1}


def test_a_value_may_be_judged_for_one_place_only() -> None:
    entries = [judged("s", fingerprints=DIGESTS[:1], path="opleiding/*")]
    assert parted(entries, found()) == ([found()], {})
    assert parted(entries, found(), uri="opleiding/x.txt") == ([], {"s": 1})


def test_a_path_begins_at_a_folder() -> None:
    assert below("x/hr/a.zip!/b.txt", "hr/*")
    assert not below("x/chr/a.txt", "hr/*")


# overlap


def test_what_a_wider_one_covers_is_told() -> None:
    value = judged("value", fingerprints=DIGESTS[:1])
    narrow = judged("narrow", fingerprints=DIGESTS[:1], path="hr/oud/*")
    longer = judged("longer", fingerprints=DIGESTS[:1], path="hr/*", until=date(2030, 1, 1))
    place, other = judged("place", path="hr/*"), judged("other", "PERSON", path="hr/oud/*")
    entries = [value, narrow, longer, place, other]
    pairs = {(a.id, b.id) for a, b in overlapping(entries)}
    assert pairs == {
        ("value", "narrow"),
    }


def test_what_a_wider_one_of_the_whole_entity_covers_is_told() -> None:
    everywhere = judged("all", category="B01", entity=None, path="*")
    part = judged("part", category="B01", entity=None, path="hr/*")
    value = judged("value", category="B01", entity=None, fingerprints=DIGESTS[:1])
    shape = judged("shape", category="B01", entity=None, pattern="x", path="hr/*")
    pairs = {(a.id, b.id) for a, b in overlapping([part, value, shape, everywhere])}
    assert pairs == {("all", "part"), ("part", "shape")}


# in an item


def test_what_is_suppressed_counts_for_no_level_but_is_counted() -> None:
    bsn = RECOGNIZERS["NL_BSN"]
    texts = ("Het bsn is 9999.90.019.", "Mail: a@b.example")
    entries = [judged("s", pattern="9999[0-9]{5}")]
    dossier = Dossier(
        "x.txt",
        KNOWLEDGE,
        {"NL_BSN": bsn},
        KEY,
        Suppressor(entries, TODAY),
    )
    hits = [Hit("NL_BSN", 11, 22, 0.9, "", "9999.90.019")]
    dossier.add(Chunk(texts[0], ""), texts[0], hits)
    dossier.add(
        Chunk(texts[1], ""), texts[1], [Hit("EMAIL_ADDRESS", 6, 17, 0.9, "", "a@b.example")]
    )
    outcome = dossier.classified()
    assert [one.entity for one in outcome.findings] == ["EMAIL_ADDRESS"]
    assert outcome.suppressed == (("s", 1),)
    assert outcome.level != "Geheim"
    assert "B01" not in outcome.categories


# files

ENTRY = """[[suppress]]
{what}
reason = "invented"
by = "A. Tester"
added = 2026-11-26
until = {until}
"""


def written(folder: Path, what: str, until: str = "2027-01-01") -> str:
    path = folder / "judged.toml"
    path.write_text(ENTRY.format(what=what, until=until), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ('path = "hr/*"', "must name an entity or a category"),
        ('entity = "A"', "neither which value, nor a pattern, nor a path"),
        ('entity = "A"\npath = "*"', "must name a folder or file"),
        ('category = "B01"\npattern = "x"', "of one entity"),
        ('category = "B01"\nentity = "A"\npath = "hr/*"', "not both"),
        ('category = "Z99"\npath = "hr/*"', "not in categories.toml"),
        ('entity = "A"\nfingerprints = ["12"]', "String should match"),
        ('entity = "A"\nvalue = "x"', "Extra inputs"),
        ('entity = "A"\npattern = "x"\nline = 3', "Extra inputs"),
        (f'entity = "A"\npattern = "x"\nfingerprints = ["{"ab" * 32}"]', "make it two"),
    ],
)
def test_an_entry_that_hides_unsaid_things_is_refused(tmp_path: Path, what: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_suppressions([written(tmp_path, what)])


@pytest.mark.parametrize("left_out", ["reason", "by", "added", "until"])
def test_reason_person_and_dates_are_asked(tmp_path: Path, left_out: str) -> None:
    path = Path(written(tmp_path, 'entity = "A"\npath = "hr/*"'))
    lines = [it for it in path.read_text().splitlines() if not it.startswith(left_out)]
    path.write_text("\n".join(lines))
    with pytest.raises(ConfigError, match=f"{left_out}: Field required"):
        load_suppressions([str(path)])


def test_an_end_before_the_beginning_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ends on 2026-11-25, before it was added"):
        load_suppressions([written(tmp_path, 'entity = "A"\npath = "hr/*"', "2026-11-25")])


def test_the_same_twice_is_refused_and_the_same_list_twice_is_one(tmp_path: Path) -> None:
    path = Path(written(tmp_path, 'entity = "A"\npath = "hr/*"'))
    assert len(load_suppressions([str(path), str(path)])) == 1
    path.write_text(path.read_text() * 2)
    with pytest.raises(ConfigError, match="suppress 2: states what another does"):
        load_suppressions([str(path)])


def test_a_list_that_is_not_there_names_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nor one of testnummers"):
        load_suppressions([str(tmp_path / "none.toml")])


texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@given(texts, texts, st.dates(min_value=TODAY))
def test_what_is_added_is_read_again(reason: str, by: str, until: date) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "judged.toml"
        ones = [
            value_suppression("NL_BSN", (digest,), reason, by, TODAY, until) for digest in DIGESTS
        ]
        append(path, ones[:1])
        append(path, ones[1:])
        assert load_suppressions([str(path)]) == tuple(ones)
        assert path.stat().st_mode & 0o077 == 0


def test_a_comment_stays_and_a_second_time_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "judged.toml"
    path.write_text("# ours\n")
    one, other = (
        value_suppression("NL_BSN", (digest,), "r", "b", TODAY, LATER) for digest in DIGESTS[:2]
    )
    append(path, [one])
    before = path.read_text()
    assert before.startswith("# ours\n")
    with pytest.raises(ConfigError, match=f"already, as {one.id}"):
        append(path, [other, one])
    assert path.read_text() == before
    assert [it.name for it in tmp_path.iterdir()] == ["judged.toml"]


# the shipped list


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("NL_BSN", "111.222.333"),
        ("NL_BSN", "123456782"),
        ("NL_BSN", "999999990"),
        ("IBAN_CODE", "NL91 ABNA 0417 1643 00"),
        ("CREDIT_CARD", "4111 1111 1111 1111"),
        ("EMAIL_ADDRESS", "Jan@Mail.Example.COM"),
        ("EMAIL_ADDRESS", "piet@klant.example"),
        ("PHONE_NUMBER", "06-12345678"),
    ],
)
def test_published_test_numbers_are_in_the_list(entity: str, value: str) -> None:
    suppressor = Suppressor(load_suppressions(["testnummers"]), TODAY)
    assert suppressor.matching(entity, value, RECOGNIZERS[entity].normalise)


@pytest.mark.parametrize(
    ("entity", "value"),
    [("NL_BSN", "100000009"), ("EMAIL_ADDRESS", "a@example.nl"), ("EMAIL_ADDRESS", "a@testx.com")],
)
def test_others_are_not(entity: str, value: str) -> None:
    suppressor = Suppressor(load_suppressions(["testnummers"]), TODAY)
    assert not suppressor.matching(entity, value, RECOGNIZERS[entity].normalise)


@pytest.mark.parametrize("entity", ["IBAN_CODE", "CREDIT_CARD"])
def test_the_numbers_of_the_list_pass_the_check_of_their_kind(entity: str) -> None:
    recognizer: Recognizer = RECOGNIZERS[entity]
    assert recognizer.is_valid is not None
    (one,) = (it for it in load_suppressions(["testnummers"]) if it.entity == entity)
    assert [it for it in (one.pattern or "").split("|") if not recognizer.is_valid(it)] == []
