"""A small campaign for tests: two blocks, three units, criteria of every kind, and the facts that open it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from shared.campaign import Block, Calendar, Enrolment, Opening, Template
from shared.opening import CampaignStarted, OpeningFact, RulesetAdopted, UnitJoined, roster_digest
from shared.ruleset import digest, parse
from shared.vocabulary import Localized, canonical
from tests.kit.world import AT

CAMPAIGN = "2020"
GRADES = [
    {"code": "A", "label": {"vi": "Loại A"}, "at_least": "65", "up_to": "100"},
    {"code": "B", "label": {"vi": "Loại B"}, "below": "65"},
]
POLICIES = {
    "ties": "1224",
    "rank_on": "published",
    "rounding": {"mode": "half_up", "digits": "2"},
    "block_mean": "of_published",
    "group_mean": "over_applicable",
    "late": "flagged",
    "no_evidence": "refused",
    "no_sheet": "unranked",
}


def leaf(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "title": {"vi": f"Nhóm {code}"}, "max": "100", "rule": {"kind": "manual.v1"}, **more}


def appendix(code: str, *children: dict[str, Any]) -> dict[str, Any]:
    whole = {"code": code, "title": {"vi": f"Phụ lục {code}"}, "max": "100", "aggregate": "mean_of_applicable"}
    return {**whole, "children": list(children)}


RULESET: dict[str, Any] = {
    "id": "small",
    "edition": "first",
    "title": {"vi": "Bộ tiêu chí nhỏ"},
    "ground": "Quyết định 1/QĐ",
    "appendices": [appendix("I", leaf("g1"), leaf("g2")), appendix("II", leaf("g1"), leaf("g2"), leaf("g3"))],
    "classes": {"thuoc": GRADES, "truc_thuoc": GRADES},
    "policies": POLICIES,
}
TEMPLATE = Template(
    id="full", title=Localized(vi="Đầy đủ"), rounds=("round1", "round2"), confirmation=True, council=True
)
CALENDAR = Calendar(
    opens_at=AT - timedelta(days=30),
    submission_deadline_at=AT + timedelta(days=1),
    confirmation_deadline_at=AT + timedelta(days=9),
)


def enrolled(unit: str, block: str = "thuoc", appendix: str = "I") -> Enrolment:
    return Enrolment(unit=unit, name=Localized(vi=f"Đơn vị {unit}"), block=block, appendix=appendix)


UNITS = (enrolled("a"), enrolled("b"), enrolled("c", "truc_thuoc", "II"))


def opening(
    units: Sequence[Enrolment] = UNITS,
    *,
    ruleset: dict[str, Any] = RULESET,
    template: Template = TEMPLATE,
    calendar: Calendar = CALENDAR,
    parts: int = 1,
    retrospective: bool = False,
) -> Opening:
    return Opening(
        title=Localized(vi="Đánh giá", en="Assessment"),
        period="2020",
        template=template,
        calendar=calendar,
        blocks=(Block(code="thuoc", title=Localized(vi="Thuộc")), Block(code="truc_thuoc", title=Localized(vi="TT"))),
        retrospective=retrospective,
        ruleset_digest=digest(parse(ruleset)),
        ruleset_parts=parts,
        roster_digest=roster_digest(units),
        roster_count=len(units),
    )


def opened(units: Sequence[Enrolment] = UNITS, *, ruleset: dict[str, Any] = RULESET, **more: Any) -> list[OpeningFact]:
    """The facts of a campaign that is open."""
    text = canonical(parse(ruleset).model_dump(mode="json")).decode()
    said = opening(units, ruleset=ruleset, **more)
    return [
        RulesetAdopted(campaign=CAMPAIGN, digest=said.ruleset_digest, number=1, count=1, text=text),
        *(UnitJoined(campaign=CAMPAIGN, enrolment=unit) for unit in units),
        CampaignStarted(campaign=CAMPAIGN, opening=said),
    ]
