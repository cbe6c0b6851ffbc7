"""What all routes of this service share: where they lie, who may read a unit's things, how a condition is written."""

from typing import Annotated

from fastapi import Header
from pydantic import ConfigDict

from shared.edge.auth import Caller
from shared.errors import Invalid
from shared.vocabulary import Value

AGENCY = "/submission/v1/agencies/{agency}"
MOST_BODY_BYTES = 8 * 1024 * 1024  # a province's roster and ruleset; files have their own limit
CAMPAIGN = f"{AGENCY}/campaigns/{{campaign}}"


class Body(Value):
    """Of a request: a field nobody reads is a mistake of the caller's, and is said."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ConditionMissing(Invalid, code="request.condition_missing"):
    """A cell is saved over what the caller saw (If-Match), or where there was nothing (If-None-Match: *)."""


IfMatch = Annotated[str | None, Header()]
IfNoneMatch = Annotated[str | None, Header()]


def seen(if_match: str | None, if_none_match: str | None = None) -> str | None:
    """ETag of what the caller saw; None where the caller saw nothing.

    Raises:
        ConditionMissing: Neither was said.
    """
    if if_match:
        return if_match.strip().removeprefix("W/").strip('"')
    if if_none_match and if_none_match.strip() == "*":
        return None
    raise ConditionMissing


def must_see(caller: Caller, unit: str) -> None:
    """Refuse whoever may not see *unit*'s things: a unit sees its own, those who run and check a campaign all.

    Raises:
        OtherUnit, RoleMissing: See there.
    """
    if caller.roles & {"operator", "appraiser", "council", "approver", "auditor"}:
        return
    caller.must_be("unit", "unit_head", "operator", "appraiser", "council", "approver", "auditor")
    caller.must_act_for(unit)


def must_write_for(caller: Caller, unit: str) -> None:
    """Refuse whoever does not fill in *unit*'s sheet.

    Raises:
        OtherUnit, RoleMissing: See there.
    """
    caller.must_be("unit", "unit_head")
    caller.must_act_for(unit)


def must_head(caller: Caller, unit: str) -> None:
    """Refuse whoever does not answer for *unit*.

    Raises:
        OtherUnit, RoleMissing: See there.
    """
    caller.must_be("unit_head")
    caller.must_act_for(unit)
