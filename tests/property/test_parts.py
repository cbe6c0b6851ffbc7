"""However a unit's figure is split into parts, and in whatever order they come, it is the same figure."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.usage.domain import Usage
from services.appraisal.usage.facts import UsageTaken
from services.submission.usage.domain import changes, sums
from shared.campaign import UsageRow
from shared.measured import measured
from tests.kit.campaigns import CAMPAIGN

MILLIONTH = Decimal("0.000001")
COUNTS = st.lists(st.integers(0, 10**16).map(lambda millionths: millionths * MILLIONTH), min_size=1, max_size=30)


def spelled(value: Decimal) -> str:
    text = f"{value:.6f}"
    return text.rstrip("0").rstrip(".")


def rows_of(values: list[Decimal]) -> list[UsageRow]:
    return [
        UsageRow(unit="a", metric="outgoing", part=f"xa-{number:03}", value=spelled(value))
        for number, value in enumerate(values)
    ]


def shown(*rows: UsageRow) -> list[tuple[str, str, int, str]]:
    """What the desk shows, apart from parts."""
    month = UsageTaken(campaign=CAMPAIGN, source="eoffice", period="2013-10", revision=1, rows=rows)
    figures = Usage(months={("eoffice", "2013-10"): month}).figures("a", "outgoing")
    return [(each.source, each.period, each.revision, each.value) for each in figures]


@given(COUNTS, st.data())
def test_in_any_order_parts_are_the_same_sum(values: list[Decimal], data: st.DataObject) -> None:
    rows = rows_of(values)
    shuffled = data.draw(st.permutations(rows))
    assert measured(shuffled) == measured(rows)
    assert changes(rows, shuffled) == ()
    (found,) = sums(shuffled)
    assert (Decimal(found.value), found.part_count) == (sum(values), len(values))


@given(COUNTS)
def test_a_whole_that_is_split_is_shown_as_it_was(values: list[Decimal]) -> None:
    whole = UsageRow(unit="a", metric="outgoing", value=spelled(Decimal(sum(values))))
    parts = rows_of(values)
    assert shown(*parts) == shown(whole)
    (change,) = changes([whole], parts)
    assert change.before == change.after
    assert change.part_count_after == len(change.parts) == len(values)


@given(COUNTS, COUNTS)
def test_parts_of_parts_come_to_the_same(some: list[Decimal], others: list[Decimal]) -> None:
    merged, split = rows_of([Decimal(sum(some)), *others]), rows_of([*some, *others])
    assert measured(merged)["a", "outgoing"].value == measured(split)["a", "outgoing"].value
