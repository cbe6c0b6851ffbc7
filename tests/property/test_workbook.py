"""A ruleset of any rules, depth and texts is the same once it was a workbook, and once it was a YAML file."""

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from deploy.offline.files import read_ruleset
from deploy.offline.workbook import read_workbook, write_workbook, yaml_of
from shared.ruleset import Ruleset, digest, parse
from shared.vocabulary import Json
from tests.kit.campaigns import RULESET
from tests.kit.rule_cases import CASES
from tests.kit.rules import examples, rules_of

LEAVES = [
    rules_of(rule, *examples(CASES, rule)).appendices[0].children[0].model_dump(mode="json", exclude_defaults=True)
    for rule in {case[0]["kind"]: case[0] for case in CASES}.values()
]
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=30)
titles = st.fixed_dictionaries({"vi": texts}, optional={"en": texts})


@st.composite
def nodes(draw: st.DrawFn, code: str, depth: int) -> Json:
    more: Json = draw(st.fixed_dictionaries({"title": titles}, optional={"ground": texts}))
    if not depth or draw(st.booleans()):
        return {**draw(st.sampled_from(LEAVES)), "code": code, **more}
    children = [draw(nodes(f"{code}.{number}", depth - 1)) for number in range(draw(st.integers(1, 3)))]
    most = sum(Decimal(child["max"]) for child in children)
    aggregate = draw(st.sampled_from(["sum", {"kind": "sum", "not_applicable": "zero"}]))
    return {"code": code, "max": str(most), "aggregate": aggregate, "children": children, **more}


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    children = [draw(nodes(f"n{number}", 2)) for number in range(draw(st.integers(1, 3)))]
    most = str(sum(Decimal(child["max"]) for child in children))
    appendix = {"code": "I", "title": draw(titles), "max": most, "aggregate": "sum", "children": children}
    classes = {"b": [{"code": "A", "label": draw(titles), "up_to": most}]}
    return parse(
        {**RULESET, "title": draw(titles), "ground": draw(texts), "appendices": [appendix], "classes": classes}
    )


@given(rulesets())
def test_nothing_is_lost(ruleset: Ruleset) -> None:
    with TemporaryDirectory() as directory:
        book, document = Path(directory) / "r.xlsx", Path(directory) / "r.yaml"
        write_workbook(ruleset, book, "vi")
        again = read_workbook(book)
        document.write_text(yaml_of(again), encoding="utf-8")
        assert digest(again) == digest(read_ruleset(document)) == digest(ruleset)
