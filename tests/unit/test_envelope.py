"""Messages survive the wire, and nothing that comes from it is believed unread."""

import json
from decimal import Decimal

import pytest

from shared.contracts import CONTRACTS, RoundClosed, SubmissionWithdrawn
from shared.envelope import (
    CLOSED_TEXTS,
    BodyUnreadable,
    DestroyedText,
    Envelope,
    EnvelopeUnreadable,
    closed_names,
    spoken,
)
from shared.vocabulary import ClosedText, GivenInputs

TEXT = ClosedText(salt="0" * 32, text="Đơn vị rút phiếu để bổ sung tài liệu")
SAID = SubmissionWithdrawn(campaign="2020", unit="vu-cchc", version=1, reason=TEXT.closed)
HEADERS = (
    ("ce_id", b"submission/bnv@7"),
    ("ce_source", b"submission"),
    ("ce_type", b"SubmissionWithdrawn.v1"),
    ("ce_subject", b"2020/vu-cchc"),
    ("ce_time", b"2020-11-17T08:00:00Z"),
    ("ce_agency", b"bnv"),
    ("ce_sequence", b"3"),
    ("ce_chain", b"c" * 64),
    ("ce_previouschain", b"a" * 64),
    ("ce_after", b'{"appraisal":2}'),
    ("ce_actor", b"p-17"),
    ("ce_correlationid", b"story"),
    ("ce_partitionkey", b"an attribute we do not know"),
    ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
)
BODY = spoken(SAID.model_dump(mode="json"), {TEXT.closed.closed: TEXT})


def test_an_envelope_survives_the_wire_with_its_closed_texts() -> None:
    message = Envelope.read(HEADERS, BODY)
    assert Envelope.read(message.headers(), message.body) == message
    assert (message.position, message.cause) == (7, f"submission/bnv@7#{'c' * 64}")
    assert message.contract() == SAID
    assert message.contract().subject == message.subject
    assert message.closed_texts() == (TEXT,)
    assert dict(message.headers())["traceparent"].startswith(b"00-")
    untraced = Envelope.read(HEADERS[:-1], BODY)
    assert "traceparent" not in dict(untraced.headers())


def test_a_body_is_shown_as_it_was_said_without_its_closed_texts() -> None:
    said = {**SAID.model_dump(mode="json"), "of_a_later_release": [1]}
    message = Envelope.read(HEADERS, spoken(said, {TEXT.closed.closed: TEXT}))
    assert (message.data(), message.contract()) == (said, SAID)


@pytest.mark.parametrize("body", [b"", b"not JSON", b"[]", b"\xff", b'{"a":' * 100_000])
def test_what_is_no_object_says_nothing(body: bytes) -> None:
    with pytest.raises(BodyUnreadable):
        Envelope.read(HEADERS, body).data()


@pytest.mark.parametrize("name", [name for name, _ in HEADERS[:12]])
def test_without_an_attribute_a_message_has_no_place(name: str) -> None:
    with pytest.raises(EnvelopeUnreadable):
        Envelope.read(tuple(each for each in HEADERS if each[0] != name), BODY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_sequence", b"0"),
        ("ce_after", b"[]"),
        ("ce_after", b"{"),
        ("ce_time", b"2020-11-17T08:00:00"),
        ("ce_id", b"submission"),
        ("ce_actor", b"\xff\xfe"),
        ("ce_actor", b"p-17\x00"),
        ("ce_chain", b"\x00" * 64),
        ("ce_previouschain", b"p"),
        ("ce_after", b'{"appraisal":-1}'),
        ("ce_after", b'{"a/b":1}'),
        ("ce_after", b"[" * 100_000),
        ("ce_time", b"9999-12-31T23:59:59-12:00"),
        ("ce_id", b"submission/ubdt@7"),
        ("ce_id", b"submission/bnv@07"),
        ("ce_id", b"submission/bnv@7" + b"7" * 30),
    ],
)
def test_a_malformed_attribute_is_no_envelope(name: str, value: bytes) -> None:
    with pytest.raises(EnvelopeUnreadable):
        Envelope.read(tuple((key, value if key == name else old) for key, old in HEADERS), BODY)


@pytest.mark.parametrize("name", ["ce_sequence", "ce_agency", "traceparent"])
def test_an_attribute_that_is_said_twice_is_no_envelope(name: str) -> None:
    with pytest.raises(EnvelopeUnreadable):
        Envelope.read((*HEADERS, (name, dict(HEADERS)[name])), BODY)


def test_headers_of_others_change_nothing() -> None:
    others = (("sequence", b"99"), ("id", b"\xff"), ("content-type", b"\xff"), ("body", b"{}"))
    assert Envelope.read((*HEADERS, *others), BODY) == Envelope.read(HEADERS, BODY)


BODIES = [b"", b"not JSON", b"[]", b'"text"', b"{}", b"\xff", b'{"campaign": 3}', b'{"a":' * 100_000]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_does_not_fit_is_found_when_it_is_read(body: bytes) -> None:
    message = Envelope.read(HEADERS, body)
    with pytest.raises(BodyUnreadable):
        message.contract()


def test_an_unknown_type_is_unreadable_but_has_a_place() -> None:
    message = retyped("MeetingHeld.v1", b"{}")
    assert message.type not in CONTRACTS
    with pytest.raises(BodyUnreadable):
        message.contract()


def test_a_type_that_is_another_publishers_to_say_is_unreadable() -> None:
    closed = RoundClosed(campaign="2020", stage="round1", count=0, digest="0" * 64)
    with pytest.raises(BodyUnreadable):
        retyped(RoundClosed.type, spoken(closed.model_dump(mode="json"), {})).contract()


def retyped(kind: str, body: bytes) -> Envelope:
    headers = ((name, kind.encode() if name == "ce_type" else value) for name, value in HEADERS)
    return Envelope.read(headers, body)


def test_a_destroyed_text_is_said_with_its_decision_and_never_kept() -> None:
    destroyed = {TEXT.closed.closed: DestroyedText(decision="12/QĐ-BNV")}
    message = Envelope.read(HEADERS, spoken(SAID.model_dump(mode="json"), {**destroyed}))
    assert json.loads(message.body)[CLOSED_TEXTS] == {TEXT.closed.closed: {"decision": "12/QĐ-BNV"}}
    assert message.closed_texts() == ()
    assert message.contract() == SAID


@pytest.mark.parametrize(
    "said",
    [
        {"0" * 64: {"salt": "0" * 32, "text": "b"}},
        {"0" * 64: {"salt": "a", "text": "b"}},
        {"x": 3},
        [],
        {"x": {"salt": "a"}},
    ],
)
def test_a_text_under_another_texts_digest_is_not_believed(said: object) -> None:
    body = json.dumps({**SAID.model_dump(mode="json"), CLOSED_TEXTS: said}).encode()
    with pytest.raises(BodyUnreadable):
        Envelope.read(HEADERS, body).closed_texts()


def test_closed_texts_are_found_at_any_depth() -> None:
    x, y, z = ("1" * 64, "2" * 64, "3" * 64)
    assert closed_names({"a": [{"closed": x}, {"b": {"closed": y}}], "closed": [z], "c": 1}) == {x, y}


def test_an_input_that_is_named_closed_is_no_closed_text() -> None:
    assert closed_names(GivenInputs(inputs={"closed": Decimal(5)}).model_dump(mode="json")) == set()
