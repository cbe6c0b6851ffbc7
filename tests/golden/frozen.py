"""What fixed words come to, kept for ever: by each kind of rule, by each aggregate, and the digest of a run.

``python -m tests.golden.frozen`` adds what the file does not have yet, and never writes over what it has.
"""

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from pathlib import Path

from pydantic import TypeAdapter

from services.scoring.engine import UnitInput, run_digest, standings
from shared.ruleset import Appendix, Criterion, Ruleset, cohort_of, evaluate, totals
from shared.ruleset.exact import scored
from shared.vocabulary import Json, NotApplicable, Score, Stage, Word
from tests.kit.campaigns import appendix, leaf
from tests.kit.rule_cases import CASES
from tests.kit.rules import RATIO, criterion, examples, rules_of, word

PLACE = Path(__file__).parent / "data" / "frozen.json"
WORD: TypeAdapter[Word] = TypeAdapter(Word)
SCORES: TypeAdapter[dict[str, Score]] = TypeAdapter(dict[str, Score])
UNITS: TypeAdapter[list[UnitInput]] = TypeAdapter(list[UnitInput])
STAGE: Stage = "council"


def comes_to(case: Json) -> Json:
    """What *case* comes to as the code is now."""
    if "criterion" in case:
        asked = Criterion.model_validate(case["criterion"])
        said = [WORD.validate_python(each) for each in case["words"]]
        return {"score": evaluate(asked, said[0], cohort_of(asked, said)).model_dump(mode="json")}
    if "tree" in case:
        total = totals(Appendix.model_validate(case["tree"]), SCORES.validate_python(case["scores"])).overall
        most = None if total.most is None else str(total.most)
        return {"score": total.score.model_dump(mode="json"), "applicable": total.applicable, "most": most}
    ruleset, units = Ruleset.model_validate(case["ruleset"]), UNITS.validate_python(case["units"])
    return {"digest": run_digest(ruleset, units, standings(ruleset, units, STAGE))}


def kept() -> Mapping[str, Json]:
    """The cases in the file, each with what it comes to, by name."""
    found: Mapping[str, Json] = json.loads(PLACE.read_text(encoding="utf-8")) if PLACE.exists() else {}
    return found


def differing(cases: Mapping[str, Json]) -> list[str]:
    """The names of those that come to something else now."""
    return [name for name, case in cases.items() if comes_to(case) != case["comes_to"]]


def cases() -> Iterator[tuple[str, Json]]:
    """One after the other, by a name that begins with the kind or the aggregate that it is of."""
    yield from _of_kinds()
    yield from _of_aggregates()
    yield "run 1", _run()


def _of_kinds() -> Iterator[tuple[str, Json]]:
    for number, (rule, given, among, *_) in enumerate(CASES):
        asked = criterion(rule, *examples(CASES, rule)).model_dump(
            mode="json", exclude={"examples"}, exclude_defaults=True
        )
        words = [word(each).model_dump(mode="json") for each in (given, *among)]
        yield f"{rule['kind']} {number}", {"criterion": asked, "words": words}
    appraised = leaf("c", rule={"kind": "manual.v1", "floor": "-5"})
    yield "manual.v1", {"criterion": appraised, "words": [{"kind": "points", "points": "-4.25"}]}
    collected = criterion({"kind": "collect.v1", "inputs": ["a"]}, most="0").model_dump(
        mode="json", exclude_defaults=True
    )
    yield "collect.v1", {"criterion": collected, "words": [word({"a": "12"}).model_dump(mode="json")]}


PARTS: Mapping[str, Mapping[str, str]] = {
    "all": {"a": "29/3", "b": "3/8", "c": "61.005"},
    "some": {"a": "29/3", "c": "61.005"},
    "none": {},
    "penalty": {"a": "29/3", "b": "-3/8", "c": "-61.005"},
}
"""By code, exact points of what applies."""
WAYS: Mapping[str, list[Json]] = {
    "sum": [{"not_applicable": each} for each in ("scaled", "zero", "left_out")],
    "weighted_sum": [{"weights": {"a": "1/3", "b": "0.5", "c": "1"}}],
    "mean_of_applicable": [{}],
    "percent_of_applicable_maximum": [{}],
    "geometric_mean": [{}],
}


def _of_aggregates() -> Iterator[tuple[str, Json]]:
    for kind, ways in WAYS.items():
        for number, (way, reads, said) in enumerate(product(ways, ("published", "exact"), PARTS)):
            if (kind, said) != ("geometric_mean", "penalty"):
                yield f"{kind} {number}", _whole({"kind": kind, "reads": reads, **way}, PARTS[said])


def _whole(kind: Json, parts: Mapping[str, str]) -> Json:
    leaves = [leaf("a", max="30"), leaf("b", max="20"), leaf("c", max="100")]
    scores: dict[str, Score] = {each["code"]: NotApplicable() for each in leaves}
    scores |= {code: scored(Fraction(points)) for code, points in parts.items()}
    told = {code: score.model_dump(mode="json") for code, score in scores.items()}
    return {"tree": {**appendix("I", *leaves), "aggregate": kind}, "scores": told}


def _run() -> Json:
    ratio = rules_of(RATIO, *examples(CASES, RATIO)).model_dump(mode="json", exclude_defaults=True)
    late = {"kind": "state", "score": {"state": "not_scored", "reason": "late"}}
    first = {"c": {"kind": "inputs", "inputs": {"a": "2.0", "b": "3"}}, "rest": {"kind": "points", "points": "61.25"}}
    units = [
        {"unit": "a", "block": "thuoc", "appendix": "I", "words": {"self": first}, "earlier": "70.10"},
        {"unit": "b", "block": "thuoc", "appendix": "I", "words": {"self": first, "council": {"c": late}}},
        {"unit": "c", "block": "truc_thuoc", "appendix": "I", "words": {"self": first}, "ranked": False},
        {"unit": "d", "block": "truc_thuoc", "appendix": "I"},
    ]
    return {"ruleset": ratio, "units": units}


def main() -> None:
    """Write down what is not in the file yet."""
    found = dict(kept())
    for name, case in cases():
        if name not in found:
            found[name] = {**case, "comes_to": comes_to(case)}
    lines = [f"{json.dumps(name)}: {json.dumps(case, ensure_ascii=False)}" for name, case in found.items()]
    PLACE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
