"""How long a wrong password locks, who needs a second factor, what somebody typed, which forms are ours."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.types import Message

from deploy.identity.rules import locked_until, needs_second_factor
from deploy.identity.web import _local
from shared.edge.forms import BodyTooLarge, FormForged, FormUnreadable, form_of, read, unforged
from shared.edge.web.formats import DayUnreadable, NumberUnreadable, number, read_day, read_number

NOW = datetime(2020, 12, 7, tzinfo=UTC)
URLENCODED = "application/x-www-form-urlencoded"


def request(*parts: bytes, kind: str = URLENCODED, **headers: str) -> Request:
    """One whose body comes in *parts*."""
    told = {"content-type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    coming = iter(
        {"type": "http.request", "body": part, "more_body": number < len(parts)} for number, part in enumerate(parts, 1)
    )

    async def receive() -> Message:
        return next(coming)

    raw = [(name.encode(), value.encode()) for name, value in told.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw, "query_string": b""}, receive)


def test_each_lock_is_twice_as_long_as_the_one_before_up_to_an_hour() -> None:
    locks = [locked_until(failures, NOW) for failures in range(1, 14)]
    assert locks[:4] == [None] * 4
    minutes = [(until - NOW) / timedelta(minutes=1) for until in locks[4:] if until]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert locked_until(10**6, NOW) == NOW + timedelta(hours=1)


@pytest.mark.parametrize(("roles", "needed"), [(["unit"], False), (["unit", "approver"], True), (["operator"], True)])
def test_who_decides_needs_more_than_a_password(roles: Sequence[str], needed: bool) -> None:
    assert needs_second_factor(roles) is needed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("73,11", "73.11"), ("73.11", "73.11"), ("1.721", "1721"), ("1.721,5", "1721.5"), ("1.234.567", "1234567"),
        (" 7 ", "7"), ("\u22122", "-2"), ("12 345", "12345"), ("0,5", "0.5"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(typed: str, meant: str) -> None:
    assert read_number(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["", "bảy", "1,2,3", "1e5", "1.72.1", "٣", "NaN", "--1", ",5"])
def test_what_is_no_number_is_not_guessed(typed: str) -> None:
    with pytest.raises(NumberUnreadable):
        read_number(typed)


@pytest.mark.parametrize("value", ["73.11", "1721.5", "-0.05", "1234567.00"])
def test_what_is_shown_is_read_again(value: str) -> None:
    assert read_number(number(Decimal(value))) == Decimal(value)


def test_a_day_is_read_both_ways_and_no_other() -> None:
    assert read_day("07/12/2020") == read_day("2020-12-07") == date(2020, 12, 7)
    for typed in ("", "7", "31/02/2020", "12/07/20/1", "2020-13-01", "mai"):
        with pytest.raises(DayUnreadable):
            read_day(typed)


async def test_a_form_is_read_with_every_field_and_line_ends_as_elsewhere() -> None:
    form = await form_of(request(urlencode([("a", " một\r\nhai "), ("b", "1"), ("b", "2"), ("c", "")]).encode()))
    assert (form.get("a"), form.as_typed("a"), form.every("b")) == ("một\nhai", " một\r\nhai ", ["1", "2"])
    assert (form.get("c"), form.get("d"), "c" in form, "d" in form) == ("", "", True, False)
    assert list(form.names()) == ["a", "b", "c"]


async def test_what_is_no_form_of_a_browser_is_said() -> None:
    with pytest.raises(FormUnreadable):
        await form_of(request(b"{}", kind="application/json"))
    for body in (b"a=\xff", "&".join(f"f{each}=" for each in range(6000)).encode()):
        with pytest.raises(FormUnreadable):
            read(body)
    with pytest.raises(BodyTooLarge):
        await form_of(request(*[b"a" * 2**19] * 3))


async def test_a_change_carries_the_word_of_its_session_in_header_or_form() -> None:
    body = urlencode({"csrf": "word", "a": "1"}).encode()
    receive = await unforged(request(body[:5], body[5:]), "word")
    assert await receive() == {"type": "http.request", "body": body, "more_body": False}
    await unforged(request(b"{}", kind="application/json", x_csrf_token="word"), "word")  # noqa: S106 - a test's
    await unforged(request(b"{}", kind="application/json"), None)
    for forged in (
        request(urlencode({"csrf": "other"}).encode()),
        request(b"a=1"),
        request(b"csrf=\xff"),
        request(b'{"csrf": "word"}', kind="application/json"),
        request(body, kind="multipart/form-data"),
        request(b"{}", kind="application/json", x_csrf_token="other"),  # noqa: S106 - a test's
    ):
        with pytest.raises(FormForged):
            await unforged(forged, "word")


@pytest.mark.parametrize("to", ["//example.org", "/\\example.org", "https://example.org", "x", "", "/a\r\nb", "/a\\b"])
def test_nobody_is_led_to_another_place(to: str) -> None:
    assert _local(to) == "/"
    assert _local("/bnv/2020?lang=en") == "/bnv/2020?lang=en"
