"""Values that several goldens hold; each kind of word, score and amendment is somewhere among them."""

import datetime as dt
from decimal import Decimal

from shared.campaign import (
    Block,
    Calendar,
    CalendarChange,
    Contest,
    Document,
    Earlier,
    Enrolment,
    Evidence,
    Extension,
    Member,
    Opening,
    Override,
    Proof,
    RosterChange,
    SheetLine,
    Step,
    Template,
    TemplateChange,
    UsageRow,
)
from shared.contracts import RestsOn
from shared.standing import BlockSummary, Cell, Finding, Mean, PrintedFigure, RunSummary, Standing
from shared.vocabulary import (
    Closed,
    GivenInputs,
    GivenPoints,
    GivenState,
    Localized,
    Missing,
    NotApplicable,
    NotScored,
    Scored,
)

CAMPAIGN, UNIT, CRITERION, RUN = "ict-2020", "vu-cchc", "1.2", "b" * 64
CHAIN, SHA256 = "c" * 64, "d" * 64
AT = dt.datetime(2020, 11, 17, 8, 0, tzinfo=dt.UTC)
TITLE = Localized(vi="Đánh giá mức độ ứng dụng CNTT", en="Assessment of the use of IT")
DECISION = Document(
    number="950/QĐ-BNV", date=dt.date(2020, 11, 2), issuer="Bộ Nội vụ", abstract="Về việc thành lập", reconstructed=True
)
REASON = Closed(closed="e" * 64)
EVIDENCE = Evidence(
    document=DECISION,
    shows="quyet-dinh",
    sha256=SHA256,
    name="qd-950.pdf",
    media_type="application/pdf",
    size_bytes=81920,
)

POINTS = GivenPoints(points=Decimal("61.72"))
INPUTS = GivenInputs(inputs={"users": Decimal(12), "share": Decimal("0.375")})
STATE = GivenState(score=NotScored(reason="no_evidence"))
LINES = {
    "1.1": SheetLine(word=POINTS, evidence=(EVIDENCE,), explanation=REASON),
    "1.2": SheetLine(word=INPUTS),
    "1.3": SheetLine(word=STATE),
    "1.4": SheetLine(word=GivenState(score=NotApplicable())),
}
CONTEST = Contest(explanation=REASON, evidence=(EVIDENCE,))

STEP = Step(
    number=3,
    title=TITLE,
    actor=Localized(vi="Trung tâm Thông tin"),
    document="Công văn 5453/BNV-TTTT",
    date=dt.date(2020, 10, 20),
    reconstructed=True,
    proof=Proof(contract="RoundClosed", where={"stage": "round1"}),
)
TEMPLATE = Template(
    id="bnv-2020",
    title=TITLE,
    self_score=True,
    rounds=("round1", "round2"),
    confirmation=True,
    council=True,
    steps=(STEP,),
)
CALENDAR = Calendar(
    opens_at=AT,
    submission_deadline_at=AT + dt.timedelta(days=10),
    confirmation_deadline_at=AT + dt.timedelta(days=20),
    data_cutoff=dt.date(2020, 10, 31),
    reconstructed=("opens_at",),
)
ENROLMENT = Enrolment(
    unit=UNIT,
    name=Localized(vi="Vụ Cải cách hành chính"),
    block="thuoc",
    appendix="II",
    overrides={"1": Override(appendix="I", node="3", ground="Mục I.3 của phụ lục", approver="Bộ trưởng")},
    earlier=Earlier(label="2019", score=Decimal("62.91")),
    organ_id="000.00.12.G09",
    unranked="Báo cáo 78/BC-UBND, lý do an ninh",
)
OPENING = Opening(
    agency=Localized(vi="Bộ Nội vụ", en="Ministry of Home Affairs"),
    title=TITLE,
    period="2020",
    template=TEMPLATE,
    calendar=CALENDAR,
    blocks=(Block(code="thuoc", title=Localized(vi="Các đơn vị thuộc Bộ")),),
    letter=DECISION,
    retrospective=True,
    ruleset_digest=SHA256,
    ruleset_parts=1,
    roster_digest=SHA256,
    roster_count=1,
)
AMENDMENTS = {
    "extension": Extension(unit=UNIT, submission_deadline_at=AT + dt.timedelta(days=12)),
    "calendar": CalendarChange(calendar=CALENDAR),
    "template": TemplateChange(template=TEMPLATE),
    "roster": RosterChange(enrolment=ENROLMENT),
}
MEMBERS = (Member(actor="p-07", role="member_secretary", home_unit=UNIT, name=REASON),)
ROWS = (UsageRow(unit=UNIT, metric="signed_share", value="0.375"),)
PARTS = tuple(
    UsageRow(unit=UNIT, metric="outgoing", part=part, value=value)
    for part, value in (("xa-001", "120"), ("xa-002", "7"))
)

FIGURE = PrintedFigure(
    id="t3.1.vu-cchc",
    table="Bảng 3",
    kind="class_count",
    value="68.53",
    unit=UNIT,
    block="thuoc",
    group="1",
    class_code="A",
)
FINDING = Finding(
    id="ref.total.vu-cchc",
    severity="reference",
    kind="reference.follows",
    table="Bảng 3",
    figure="total",
    unit=UNIT,
    block="thuoc",
    group="1",
    class_code="A",
    printed="68.53",
    derived="56.88",
    difference="-11.65",
    denominator=2,
    printed_denominator=8,
)
MEAN = Mean(mean=Decimal("61.23"), denominator=23)
BLOCK_SUMMARY = BlockSummary(
    block="thuoc",
    total=MEAN,
    self_total=MEAN,
    earlier=MEAN,
    group_means={"1": MEAN},
    group_means_all={"1": MEAN},
    classes={"A": 5, "B": 10},
)
SUMMARY = RunSummary(
    blocks=(BLOCK_SUMMARY,),
    overall=BLOCK_SUMMARY.model_copy(update={"block": None}),
    findings=(FINDING,),
    compared=120,
    equal=113,
    compared_totals=23,
    equal_totals=21,
)
SCORED = Scored(points=Decimal("61.72"), exact="4629/75")
STANDING = Standing(
    unit=UNIT,
    block="thuoc",
    appendix="II",
    cells={
        "1.1": Cell(scores={"self": SCORED, "round1": NotScored(reason="late")}, standing=NotScored(reason="late")),
        "1.2": Cell(standing=Missing()),
        "1.4": Cell(scores={"self": NotApplicable()}, standing=NotApplicable()),
    },
    groups={"1": SCORED},
    groups_by_stage={"self": {"1": SCORED}},
    totals={"self": Decimal("70.00"), "round1": None},
    total=Decimal("61.72"),
    unrounded="1543/25",
    applicable_groups=3,
    rank_overall=15,
    rank_block=6,
    class_code="B",
    earlier=Decimal("62.91"),
    earlier_rank_overall=20,
    earlier_rank_block=8,
    change_overall=5,
    change_block=2,
)
RESTS_ON = {"appraisal": RestsOn(position=41, sequence=17, chain=CHAIN)}
