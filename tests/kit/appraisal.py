"""A small campaign as appraisal hears of it: three units, three criteria, a team and a council."""

import datetime as dt
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from services.appraisal.body.facts import BodyFormed, BodyName
from services.appraisal.dossier.facts import AnswerTaken, SheetTaken
from services.appraisal.round.facts import IntakeEnded, RoundEnded
from services.appraisal.run.facts import DraftTaken
from shared.campaign import Block, Calendar, Document, Enrolment, Member, Opening, SheetLine, Template
from shared.opening import CampaignStarted, OpeningFact, RulesetAdopted, UnitJoined, roster_digest
from shared.vocabulary import (
    GivenInputs,
    GivenPoints,
    GivenState,
    Localized,
    NotApplicable,
    Stage,
    Word,
    canonical,
    digest,
)
from tests.kit.world import AT

CAMPAIGN = "2020"
UNITS = ("trung-tam", "vu-a", "vu-b")
CRITERIA = ("g1", "g2", "g3")
CONFIRM_UNTIL = AT + timedelta(days=8)
DECISION = Document(number="964/QĐ", date=dt.date(2020, 11, 13), issuer="Bộ")
RUN, OTHER_RUN = "a" * 64, "b" * 64
_INPUT = {"unit": "máy", "source": "unit"}
RULESET: dict[str, Any] = {
    "id": "small",
    "edition": "1",
    "title": {"vi": "Bộ tiêu chí nhỏ"},
    "ground": "375/QĐ",
    "appendices": [
        {
            "code": "I",
            "title": {"vi": "Phụ lục I"},
            "max": "100",
            "aggregate": "mean_of_applicable",
            "children": [
                {
                    "code": "g1",
                    "title": {"vi": "Hạ tầng"},
                    "max": "100",
                    "inputs": [{"name": "rate", "title": {"vi": "Tỷ lệ"}, "metric": "antivirus", **_INPUT}],
                    "rule": {"kind": "manual.v1"},
                },
                {
                    "code": "g2",
                    "title": {"vi": "Máy tính"},
                    "max": "100",
                    "inputs": [
                        {"name": "machines", "title": {"vi": "Số máy"}, "metric": "machines", **_INPUT},
                        {"name": "staff", "title": {"vi": "Số người"}, **_INPUT},
                    ],
                    "rule": {
                        "kind": "ratio.v1",
                        "numerator": "machines",
                        "denominator": "staff",
                        "zero_denominator": "not_applicable",
                    },
                    "examples": [{"given": {"machines": "9", "staff": "12"}, "gives": "75"}],
                },
                {
                    "code": "g3",
                    "title": {"vi": "Băng thông"},
                    "max": "100",
                    "inputs": [{"name": "band", "title": {"vi": "Băng thông"}, **_INPUT}],
                    "rule": {"kind": "relative.v1", "input": "band"},
                    "examples": [{"given": {"band": "1"}, "among": [{"band": "2"}], "gives": "50"}],
                },
            ],
        }
    ],
    "classes": {"thuoc": [{"code": "A", "label": {"vi": "A"}, "at_least": "0", "up_to": "100"}]},
    "policies": {
        "ties": "1224",
        "rank_on": "published",
        "rounding": {"mode": "half_up", "digits": 2},
        "block_mean": "of_published",
        "group_mean": "over_applicable",
        "late": "flagged",
        "no_evidence": "refused",
        "no_sheet": "unranked",
    },
}


def enrolled(*units: str) -> tuple[Enrolment, ...]:
    return tuple(Enrolment(unit=unit, name=Localized(vi=unit), block="thuoc", appendix="I") for unit in units)


ENROLLED = enrolled(*UNITS)
FULL = Template(id="full", title=Localized(vi="Đủ"), rounds=("round1", "round2"), confirmation=True, council=True)
SHORT = Template(id="short", title=Localized(vi="Gọn"), self_score=False, rounds=("round1",))


def opening(
    template: Template = FULL, roster: Sequence[Enrolment] = ENROLLED, *, retrospective: bool = False
) -> Opening:
    return Opening(
        title=Localized(vi="Năm 2020"),
        period="2020",
        template=template,
        calendar=Calendar(
            opens_at=AT - timedelta(days=30),
            submission_deadline_at=AT - timedelta(days=7),
            confirmation_deadline_at=CONFIRM_UNTIL if template.confirmation else None,
        ),
        blocks=(Block(code="thuoc", title=Localized(vi="Thuộc")),),
        retrospective=retrospective,
        ruleset_digest=digest(RULESET),
        ruleset_parts=1,
        roster_digest=roster_digest(roster),
        roster_count=len(roster),
    )


def opened(
    template: Template = FULL, roster: Sequence[Enrolment] = ENROLLED, *, retrospective: bool = False
) -> tuple[OpeningFact, ...]:
    """The campaign's own history."""
    ruleset = RulesetAdopted(
        campaign=CAMPAIGN, digest=digest(RULESET), number=1, count=1, text=canonical(RULESET).decode()
    )
    joined = [UnitJoined(campaign=CAMPAIGN, enrolment=each) for each in roster]
    return (
        ruleset,
        *joined,
        CampaignStarted(campaign=CAMPAIGN, opening=opening(template, roster, retrospective=retrospective)),
    )


Role = Literal["chair", "vice_chair", "lead", "deputy_lead", "member", "member_secretary"]


def formed(body: BodyName, *members: tuple[str, Role, str | None], number: int = 1) -> BodyFormed:
    named = tuple(Member(actor=actor, role=role, home_unit=home) for actor, role, home in members)
    return BodyFormed(campaign=CAMPAIGN, body=body, number=number, decision=DECISION, members=named)


TEAM = formed(
    "team", ("tester", "member", "trung-tam"), ("to-truong", "lead", "trung-tam"), ("to-vien", "member", "vu-a")
)
COUNCIL = formed("council", ("tester", "member_secretary", "trung-tam"), ("chu-tich", "chair", None))


def points(text: str) -> GivenPoints:
    return GivenPoints.model_validate({"points": text})


def inputs(**values: str) -> GivenInputs:
    return GivenInputs.model_validate({"inputs": values})


OUT = GivenState(score=NotApplicable())
DECLARED: dict[str, Word] = {"g1": points("90"), "g2": inputs(machines="9", staff="12"), "g3": inputs(band="5")}


def sheet(unit: str, words: Mapping[str, Word] | None = None, version: int = 1) -> SheetTaken:
    lines = {criterion: SheetLine(word=word) for criterion, word in (words or DECLARED).items()}
    return SheetTaken(campaign=CAMPAIGN, unit=unit, version=version, lines=lines, late=False)


INTAKE_ENDED = IntakeEnded(campaign=CAMPAIGN, handed_in=("vu-a",), missing=("trung-tam", "vu-b"))


def ended(stage: Literal["round1", "round2"]) -> RoundEnded:
    return RoundEnded(campaign=CAMPAIGN, stage=stage, count=9, digest=RUN)


def answered(unit: str) -> AnswerTaken:
    return AnswerTaken(campaign=CAMPAIGN, unit=unit, accepted=CRITERIA, contested={})


def drafted(
    run: str, draft: int, stage: Stage = "round2", findings: tuple[str, ...] = (), changes: int = 0
) -> DraftTaken:
    return DraftTaken(campaign=CAMPAIGN, run=run, stage=stage, draft=draft, findings=findings, changes=changes)
