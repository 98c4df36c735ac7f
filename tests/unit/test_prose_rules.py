"""The rules are data that hold together: their names, patterns and keys mean something."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from giakit import formats
from giakit.prose.hygiene_rules import Hygiene, load_hygiene
from giakit.prose.lookup import places
from giakit.prose.rules import FIRST_MARK, Claim, Claims, compile_pattern, load_claims, load_patterns, reading

CLAIMS = load_claims().claims


def known_keys() -> set[str]:
    keys = set(load_claims().labels)
    for form in formats.load_formats(formats.FOLDER):
        keys |= set(places(form.revision))
    return keys


def test_claims_have_their_own_ids():
    ids = [claim.id for claim in CLAIMS]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_claim_refers_to_what_there_is(claim: Claim):
    rules = load_claims()
    assert claim.context in rules.contexts
    assert claim.units in rules.units
    assert {key.removeprefix("-") for keys in claim.equals for key in keys} <= known_keys()
    assert all(("#" in pattern) == (claim.kind == "number") for pattern in claim.patterns)


def test_every_pattern_compiles():
    assert len(load_patterns()) == len(CLAIMS)
    assert all(reading(name) for name in load_claims().reading)
    texts = re.findall(r"'((?:[^'\\]|\\.)*)'", str(load_hygiene().model_dump()))
    assert len(texts) > 50


def test_crossings_name_rows_and_columns_of_the_form():
    crossings = load_claims().crossings
    keys = known_keys()
    assert {f"{crossings.table}.{row}.{column}" for row in crossings.rows for column in crossings.columns} <= keys


def test_levels_of_deadlines_are_the_form_s():
    known = {level.id for form in formats.load_formats(formats.FOLDER) for level in form.levels}
    assert set(load_hygiene().deadlines.levels) <= known


def test_titles_of_notices_belong_to_a_form():
    known = {form.notice.number for form in formats.load_formats(formats.FOLDER)}
    assert {each.number for each in load_hygiene().notices.titles} <= known


def test_gaps_hold_no_number_and_no_punctuation():
    pattern = compile_pattern("办结~#")
    assert pattern.search(f"办结的申请{FIRST_MARK}")
    assert not pattern.search(f"办结，{FIRST_MARK}")
    assert not pattern.search(f"办结{'字' * 20}{FIRST_MARK}")


@pytest.mark.parametrize("model", [Claims, Hygiene])
def test_unknown_keys_are_refused(model: type[Claims | Hygiene]):
    loaded = load_claims() if model is Claims else load_hygiene()
    with pytest.raises(ValidationError, match="extra"):
        model.model_validate(loaded.model_dump() | {"misspelt": 1})
