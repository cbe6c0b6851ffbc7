"""A ruleset of any rules, wholes, depth and texts is the same once it was a workbook, and once it was a YAML file."""

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from deploy.offline.files import read_ruleset
from deploy.offline.workbook import read_workbook, write_workbook, yaml_of
from shared.ruleset import Ruleset, digest, parse
from shared.vocabulary import Json
from tests.kit.campaigns import POLICIES, RULESET, leaf
from tests.kit.rule_cases import CASES
from tests.kit.rules import examples, rules_of

LEAVES = [
    rules_of(rule, *examples(CASES, rule)).appendices[0].children[0].model_dump(mode="json", exclude_defaults=True)
    for rule in {case[0]["kind"]: case[0] for case in CASES}.values()
]
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=30)
titles = st.fixed_dictionaries({"vi": texts}, optional={"en": texts})


notes = st.fixed_dictionaries({"vi": texts})
flags = st.sampled_from(["true", "false"])
WAYS: list[Json] = [
    *({"kind": "sum", "not_applicable": each} for each in ("scaled", "zero", "left_out")),
    {"kind": "weighted_sum"},
    {"kind": "percent_of_applicable_maximum"},
    {"kind": "mean_of_applicable"},
]


@st.composite
def leaves(draw: st.DrawFn, code: str) -> Json:
    """Of any kind, with whatever must be shown."""
    shown = draw(st.lists(st.fixed_dictionaries({"title": titles}, optional={"file": flags}), max_size=2))
    evidence = [{"code": f"e{number}", **each} for number, each in enumerate(shown)]
    return {**draw(st.sampled_from(LEAVES)), "code": code, "title": draw(titles), "evidence": evidence}


@st.composite
def nodes(draw: st.DrawFn, code: str, depth: int, *, exactly: bool = False) -> Json:
    """A leaf, or a whole; *exactly* where what it is a part of reads it so: then it may be no root, or unpublished."""
    more: Json = draw(st.fixed_dictionaries({"title": titles}, optional={"ground": texts}))
    more |= {"published": "false"} if exactly and draw(st.booleans()) else {}
    if not depth or draw(st.booleans()):
        return {**draw(leaves(code)), **more}
    if not exactly and draw(st.integers(0, 4)) == 0:
        parts = [leaf(f"{code}.{number}", max="10") for number in range(2)]
        more |= draw(decimals("10", more))
        return {"code": code, "max": "10", "aggregate": "geometric_mean", "children": parts, **more}
    reads = draw(st.sampled_from(["published", "exact"]))
    count = draw(st.integers(1, 3))
    children = [draw(nodes(f"{code}.{each}", depth - 1, exactly=reads == "exact")) for each in range(count)]
    for child in children[1:]:
        child["counts"] = draw(flags)
    way, most = draw(wholes([child for child in children if child.get("counts") != "false"]))
    more |= draw(decimals(most, more))
    return {"code": code, "max": most, "aggregate": {**way, "reads": reads}, "children": children, **more}


def decimals(most: str, more: Json) -> st.SearchStrategy[Json]:
    """How many, where it is published: as many as its maximum can be written in."""
    enough = st.sampled_from([each for each in "012" if _writes(each, Decimal(most))])
    return st.fixed_dictionaries({}, optional={} if "published" in more else {"digits": enough})


@st.composite
def wholes(draw: st.DrawFn, counting: list[Json]) -> tuple[Json, str]:
    """A way to make a whole of what counts, and its maximum."""
    maxima = [Decimal(child["max"]) for child in counting]
    way = draw(st.sampled_from(WAYS if len(set(maxima)) == 1 else WAYS[:-1]))
    match way["kind"]:
        case "percent_of_applicable_maximum":
            return way, "100"
        case "mean_of_applicable":
            return way, str(maxima[0])
        case "weighted_sum":
            halves = [("1/2", "0.5"), ("0.5", "0.5")]
            weights = [
                draw(st.sampled_from([("2", "2"), *(halves if _writes("2", most / 2) else [])])) for most in maxima
            ]
            named = {child["code"]: spelled for child, (spelled, _) in zip(counting, weights, strict=True)}
            most = sum(most * Decimal(value) for most, (_, value) in zip(maxima, weights, strict=True))
            return {**way, "weights": named}, str(most)
        case _:
            return way, str(sum(maxima))


def _writes(digits: str, limit: Decimal) -> bool:
    """Whether a figure of so many digits can say the limit."""
    return limit == round(limit, int(digits))


STAFF = {"name": "staff", "title": {"vi": "Số công chức"}, "type": "count", "unit": "người", "source": "unit"}
REGISTER = leaf("register", max="0", counts="false", inputs=[STAFF], rule={"kind": "collect.v1", "inputs": ["staff"]})
READS = leaf("reads", max="10", inputs=[STAFF], registers={"staff": "register"})
READS |= {"rule": {"kind": "per_item.v1", "input": "staff", "each": "1"}, "examples": [{"given": {"staff": "2"}}]}
READS["examples"][0]["gives"] = "2.00"


@st.composite
def trees(draw: st.DrawFn) -> Json:
    """Whose root adds up; a register stands in it, and a group counts once more."""
    children = [draw(nodes(f"n{number}", 2)) for number in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        children += [REGISTER, READS]
    groups = [each for each in _all(children) if "children" in each and each.get("published") != "false"]
    if draw(st.booleans()) and groups:
        group = draw(st.sampled_from(groups))
        children.append({"code": "again", "title": draw(titles), "max": group["max"], "of": group["code"]})
    most = str(sum(Decimal(child["max"]) for child in children))
    return {"code": "I", "title": draw(titles), "max": most, "aggregate": "sum", "children": children}


def _all(nodes: list[Json]) -> list[Json]:
    return [each for node in nodes for each in (node, *_all(node.get("children", [])))]


policies = st.fixed_dictionaries(
    {
        "ties": st.sampled_from(["1224", "1223"]),
        "rank_on": st.sampled_from(["published", "unrounded"]),
        "group_mean": st.sampled_from(["over_applicable", "over_all"]),
        "late": st.sampled_from(["flagged", "refused"]),
        "no_evidence": st.sampled_from(["flagged", "refused"]),
        "no_sheet": st.sampled_from(["unranked", "zero"]),
    }
)


@st.composite
def before(draw: st.DrawFn, codes: list[str]) -> Json:
    """What the edition before was, and what some nodes were in it."""
    was = st.fixed_dictionaries({"was": st.just("I/x")}, optional={"comparable": flags, "note": notes})
    ways = st.sampled_from([f"I/{code}" for code in codes])
    said: Json = draw(
        st.fixed_dictionaries(
            {"edition": texts, "comparable": flags, "note": notes, "nodes": st.dictionaries(ways, was, max_size=3)},
            optional={"digest": st.just("0" * 64)},
        )
    )
    return said


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    tree = draw(trees())
    classes = {"b": [{"code": "A", "label": draw(titles), "up_to": tree["max"]}]}
    more = draw(
        st.fixed_dictionaries(
            {"title": titles, "ground": texts},
            optional={
                "note": texts,
                "reconstructed": flags,
                "in_force": st.sampled_from([{"since": "2026-01-01"}, {"since": "2026-01-01", "until": "2026-12-31"}]),
                "earlier": before([each["code"] for each in _all(tree["children"])]),
            },
        )
    )
    said = {**POLICIES, **draw(policies)}
    return parse({**RULESET, **more, "policies": said, "appendices": [tree], "classes": classes})


@given(rulesets())
def test_nothing_is_lost(ruleset: Ruleset) -> None:
    with TemporaryDirectory() as directory:
        book, document = Path(directory) / "r.xlsx", Path(directory) / "r.yaml"
        write_workbook(ruleset, book, "vi")
        again = read_workbook(book)
        document.write_text(yaml_of(again), encoding="utf-8")
        assert digest(again) == digest(read_ruleset(document)) == digest(ruleset)
