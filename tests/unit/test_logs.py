"""Lines of libraries in our logs."""

import logging

from structlog.testing import capture_logs

from shared.edge.logs import REPEAT_SECONDS, Lines


def test_what_a_library_repeats_is_counted_and_not_said_again_at_once() -> None:
    now = 100.0
    lines_of = Lines(lambda: now)

    def say(text: str, *more: object) -> None:
        said = {"name": "aiokafka.conn", "msg": text, "args": more, "levelno": logging.ERROR}
        lines_of.handle(logging.makeLogRecord(said))

    with capture_logs() as lines:
        for number in range(500):
            say("no answer from %s", f"127.0.0.1:{number}")
        say("something else")
        now += REPEAT_SECONDS
        say("no answer from %s", "127.0.0.1:9")
    assert [(line["text"], line.get("unsaid_since")) for line in lines] == [
        ("no answer from 127.0.0.1:0", None),
        ("something else", None),
        ("no answer from 127.0.0.1:9", 499),
    ]
    assert {line["library"] for line in lines} == {"aiokafka.conn"}
