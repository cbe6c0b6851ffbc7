"""The compose installation as an operator has it: up by one command, killed in mid-year, and what nobody may."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.agencies.year_file import Script
from deploy.player.caller import Caller, ServerSilent
from deploy.player.play import play
from shared.contracts import SERVICES
from tests.kit.browsing import Browser
from tests.kit.certified import certificate
from tests.kit.compose import Compose, composed
from tests.kit.house import once_at, operator_of
from tests.kit.kills import Kill, killing
from tests.kit.people import PASSWORD
from tests.kit.small_years import renamed, small_years, undisturbed

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]
KILLS = (
    Kill("submission", "PUT */bnv/*/draft/*", answered=True),
    Kill("kafka", "POST */bnv/*/submission"),
    Kill("postgres", "POST */bnv/*/intake/closure", answered=True),
    Kill("everything", "POST */bnv/*/rounds/round1/closing"),
    Kill("appraisal", "POST */bnv/*/confirmation", answered=True),
    Kill("scoring", "POST */bnv/*/rounds/round2/verdicts"),
    Kill("reporting", "POST */bnv/*/approvals", answered=True),
)
"""``scoring`` runs three times, and two of them are killed in round 2."""


YEARS = tuple(renamed(script, "thu") for script in small_years())
"""Beside those that `demo` plays."""
APART = renamed(small_years()[0], "apart")


@pytest.fixture(scope="module")
def compose() -> Iterator[Compose]:
    with composed() as compose:
        yield compose


@pytest.fixture(scope="module")
async def client(compose: Compose) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=compose.base_url, timeout=60) as client:
        yield client


def unproved() -> ssl.SSLContext:
    """For whoever takes the proxy's own certificate unseen."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def published(compose: Compose, client: httpx2.AsyncClient, script: Script) -> str:
    """The digest of the published run."""
    caller = Caller(client, script.year.agency, compose.token)
    path = f"/scoring/v1/agencies/{script.year.agency}/campaigns/{script.year.campaign}/published"
    return str((await caller.ask(operator_of(script), path))["run"])


def test_one_command_plays_the_year_and_the_auditor_finds_nothing_wrong(compose: Compose) -> None:
    shown = compose.ictindex("demo")
    assert "Nothing is wrong." in shown
    assert "56.88" in shown
    again = compose.ictindex("demo")
    assert "Nothing is wrong." in again


def test_the_commands_of_an_operator_work_beside_the_services(compose: Compose) -> None:
    assert "doctor" in compose.ictindex("--help")
    examined = compose.ictindex("doctor")
    assert "All is well." in examined
    assert "The certificate of localhost holds until" in examined
    assert "The broker's 4 topics are as they were declared." in examined
    assert "Each topic may be written by its publisher alone." in examined
    assert "packages as they were pinned." in examined
    assert "56.88" not in compose.ictindex("stopped", "list", "bnv")
    assert compose.ictindex("token", "somebody", "bnv", "--role", "auditor").count(".") == 2
    assert "certificates" in compose("ps", "--all", "--services")
    compose("logs", "certificates")
    look = ("--entrypoint", "cat", "-v", f"{compose.project}_secrets-grafana:/s:ro", "ictindex", "/s/grafana")
    assert len(compose("run", "--rm", "-T", "--no-deps", *look).strip()) > 20
    compose(
        "run", "--rm", "-T", "--no-deps", "prepare", "python", "-m", "deploy.docker.forget", "ict.nobody", check=False
    )


async def test_people_sign_in_over_tls(compose: Compose) -> None:
    who = ("--login", "anh@bnv.gov.vn", "--agency", "bnv", "--role", "unit", "--unit", "vu-cchc")
    link = compose.ictindex("user", "add", "anh", "Nguyễn Thị Ánh", *who).strip()
    url = f"https://localhost:{compose.tls_port}"
    assert link.startswith(f"{url}/identity/invitation/")
    browser = Browser(url, unproved())
    try:
        await browser.open(link)
        await browser.send(browser.form(), {"new": PASSWORD, "again": PASSWORD})
        await browser.sign_in("anh@bnv.gov.vn", PASSWORD, "/_/work")
        assert browser.path == "/_/work", browser.text
        assert all(cookie.secure for cookie in browser.client.cookies.jar if cookie.name == "ict_session")
        assert "Nguyễn Thị Ánh" in compose.ictindex("user", "list")
        compose.ictindex("user", "disable", "anh")
        await browser.open("/_/work")
        assert browser.path == "/identity/provider/authorize"
    finally:
        await browser.client.aclose()


def test_what_watches_is_asked_for_by_name(compose: Compose) -> None:
    """Its images are not at hand everywhere, so that nothing is started here."""
    watching = {"prometheus", "grafana"}
    assert not watching & set(compose("config", "--services").split())
    assert watching <= set(compose("--profile", "observability", "config", "--services").split())


async def test_years_in_which_containers_are_killed_and_all_are_restarted_come_to_the_same_runs(
    compose: Compose, client: httpx2.AsyncClient
) -> None:
    async def patiently(script: Script) -> None:
        while True:
            try:
                return await play(script, client, compose.token)
            except ServerSilent:  # all are restarted: it goes on at its step
                continue

    compose.up("--no-recreate", "--scale", "scoring=3")
    async with killing(compose, client, KILLS), asyncio.TaskGroup() as group:
        for script in YEARS:
            group.create_task(patiently(script))
    assert len(compose.killed["scoring"]) == 2
    for script in YEARS:
        assert await published(compose, client, script) == await undisturbed(script)
    assert "Nothing is wrong." in compose.ictindex("verify")


def test_a_backup_brings_the_containers_back_to_its_moment(compose: Compose) -> None:
    """Topics are emptied with it: what they hold was said after the backup too."""
    compose.ictindex("backup", "/backups/one")
    then = compose.ictindex("verify")
    compose.ictindex("rewind", "bnv", "scoring", "--reason", "a row that comes after it")
    assert compose.ictindex("verify") != then
    compose("stop", *SERVICES, "identity", "proxy")
    compose("run", "--rm", "-T", "restore", "/backups/one", "--yes")
    compose("run", "--rm", "-T", "restore")  # takes back one that was cut off; none was
    compose.up("postgres", "kafka")
    compose.up()
    assert compose.ictindex("verify") == then


class CutOff(Exception):
    """Everything went down here."""


async def test_one_service_s_older_log_goes_on_once_its_loss_is_accepted(
    compose: Compose, client: httpx2.AsyncClient
) -> None:
    """What the others heard of it stays on their record; it is done again, and comes to the same run."""

    async def back_up() -> None:
        await asyncio.to_thread(compose.ictindex, "backup", "/backups/before-the-loss")

    async def cut_off() -> None:
        raise CutOff

    usual = client.event_hooks
    client.event_hooks = {"request": [once_at("/rounds/round1/closing", back_up), once_at("/council/reviews", cut_off)]}
    with pytest.raises(CutOff):
        await play(APART, client, compose.token)
    client.event_hooks = usual
    assert "Nothing is wrong." in compose.ictindex("verify")
    compose("stop", *SERVICES, "identity", "proxy")
    alone = ("/backups/before-the-loss", "--only", "scoring", "--yes")
    assert compose("run", "--rm", "-T", "restore", *alone, check=False) == ""
    compose("run", "--rm", "-T", "restore", *alone, "--accept-loss", "Hỏng ổ đĩa; biên bản 7/CNTT.")
    compose.up()
    await play(APART, client, compose.token)
    assert await published(compose, client, APART) == await undisturbed(APART)
    said = compose.ictindex("verify")
    assert "Nothing is wrong." in said
    assert "lost" in said


WRITE = """
import asyncio, pathlib, sys
from aiokafka import AIOKafkaProducer
from shared.edge.kafka_login import Login, client_of
async def main():
    login = Login("submission", pathlib.Path("/run/secrets/kafka").read_text().strip())
    producer = AIOKafkaProducer(bootstrap_servers="kafka:9092", enable_idempotence={idempotent}, **client_of(login))
    await producer.start()
    try:
        await producer.send_and_wait("{topic}", b"x", key=b"bnv")
        print("written")
    except Exception as refused:
        print(type(refused).__name__)
    await producer.stop()
asyncio.run(main())
"""
FORBIDDEN = """
import pathlib, socket
from confluent_kafka import Consumer, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

password = pathlib.Path("/run/secrets/kafka").read_text().strip()
login = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": "scoring",
         "sasl.password": password}

def told(**more):
    return {"bootstrap.servers": "kafka:9092", "log_level": 0, **login, **more}

def heard(group, topic):
    consumer = Consumer(told(**{"group.id": group}))
    consumer.subscribe([topic])
    while True:
        message = consumer.poll(20)
        if message is None or message.error():
            return message and message.error().name()

def refused(asked):
    try:
        return list(asked.values())[0].result(20)
    except KafkaException as found:
        return found.args[0].name()

def seen(**more):
    try:
        AdminClient({**told(), **more}).list_topics(timeout=4)
    except KafkaException:
        return "kept out"
    return "let in"

def reached(port):
    try:
        return socket.create_connection(("kafka", port), 4)
    except ConnectionRefusedError:
        return "refused"

admin = AdminClient(told())
print("another's group:", heard("appraisal", "ict.appraisal"))
print("what nobody gave it:", heard("scoring", "__consumer_offsets"))
print("a topic of its own making:", refused(admin.create_topics([NewTopic("ict.x", 1, 1)])))
print("its own topic's end:", refused(admin.delete_topics(["ict.scoring"])))
print("a wrong password:", seen(**{"sasl.password": "x"}))
print("no login:", seen(**{"security.protocol": "PLAINTEXT"}))
print("the listener of whoever makes users:", seen(**{"bootstrap.servers": "kafka:9094", "sasl.mechanism": "PLAIN"}))
print("the controller:", reached(9093))
"""
TOO_MUCH = """
from confluent_kafka.admin import AclBindingFilter, AclOperation, AclPermissionType, ResourcePatternType, ResourceType
from deploy.docker.prepare import Settings, acl, admin_of
admin = admin_of(Settings())
more = acl("scoring", ResourceType.TOPIC, "ict.appraisal", AclOperation.WRITE)
"""
MORE = (
    TOO_MUCH
    + """
admin.create_acls([more])[more].result(20)
print("given")
"""
)
HELD = (
    TOO_MUCH
    + """
theirs = AclBindingFilter(ResourceType.ANY, None, ResourcePatternType.ANY, "User:scoring", None, AclOperation.ANY,
                          AclPermissionType.ANY)
held = admin.describe_acls(theirs).result(20)
assert held
print("held" if more in held else "gone")
"""
)
PLACES = """
import pathlib
for place in ("/opt/ictindex/x", "/x", "/run/secrets/x"):
    try:
        pathlib.Path(place).write_text("x")
        print("written")
    except OSError:
        print("refused")
"""
READ = """
import asyncio, pathlib, asyncpg
async def main():
    password = pathlib.Path("/run/secrets/database").read_text().strip()
    connection = await asyncpg.connect(host="postgres", user="submission", database="ictindex", password=password)
    for query in ("SELECT count(*) FROM scoring.log", "DELETE FROM submission.log"):
        try:
            await connection.fetch(query)
            print("done")
        except Exception as refused:
            print(type(refused).__name__)
asyncio.run(main())
"""


@pytest.mark.parametrize("idempotent", [True, False])
def test_a_topic_is_written_by_its_publisher_alone(compose: Compose, *, idempotent: bool) -> None:
    for topic in ("ict.appraisal", "ict.scoring", "ict.nobody"):
        said = compose.python("submission", WRITE.format(topic=topic, idempotent=idempotent)).split()
        assert said == ["TopicAuthorizationFailedError"], topic


def test_what_a_login_may_not_to_kafka(compose: Compose) -> None:
    assert compose.python("scoring", FORBIDDEN).splitlines() == [
        "another's group: GROUP_AUTHORIZATION_FAILED",
        "what nobody gave it: TOPIC_AUTHORIZATION_FAILED",
        "a topic of its own making: TOPIC_AUTHORIZATION_FAILED",
        "its own topic's end: TOPIC_AUTHORIZATION_FAILED",
        "a wrong password: kept out",
        "no login: kept out",
        "the listener of whoever makes users: kept out",
        "the controller: refused",
    ]


def test_a_right_that_is_meant_no_more_is_withdrawn(compose: Compose) -> None:
    assert compose.prepared(MORE).split() == ["given"]
    compose.prepared()
    assert compose.prepared(HELD).split() == ["gone"]


def test_a_services_login_reaches_its_own_schema_and_changes_no_log(compose: Compose) -> None:
    assert compose.python("submission", READ).split() == ["InsufficientPrivilegeError"] * 2


def test_postgres_keeps_of_roots_rights_what_its_start_needs(compose: Compose) -> None:
    kept = compose("exec", "-T", "postgres", "grep", "CapBnd", "/proc/1/status").split()
    assert kept == ["CapBnd:", f"{0xCB:016x}"]  # CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID


def test_a_service_sees_its_own_secrets_and_writes_nothing_but_evidence(compose: Compose) -> None:
    assert compose("exec", "-T", "scoring", "ls", "/run/secrets").split() == ["database", "jwks.json", "kafka"]
    assert compose.python("scoring", PLACES).split() == ["refused"] * 3
    assert compose("exec", "-T", "scoring", "id", "-u").strip() == "10001"


async def test_browsers_get_tls_and_other_machines_nothing_else(compose: Compose) -> None:
    shown: dict[str, Any] = {}
    async with httpx2.AsyncClient(verify=unproved()) as browser:
        answer = await browser.get(f"https://localhost:{compose.tls_port}/")
        shown["tls"] = (answer.status_code, "bnv/2020" in answer.text)
    assert shown["tls"] == (200, True)
    published = compose("ps", "--format", "{{.Service}} {{.Ports}}")
    outside = {line.split()[0] for line in published.splitlines() if "->" in line}
    assert outside == {"proxy"}
    assert "0.0.0.0:" not in published


def test_the_agencys_own_certificate_is_shown_and_one_that_does_not_fit_is_named(
    compose: Compose, tmp_path: Path
) -> None:
    """Last: the proxy is another one afterwards."""
    tmp_path.chmod(0o755)
    shown, key = certificate(tmp_path, "localhost", days=90)
    trusted = ssl.create_default_context(cafile=str(shown))
    compose.told = {"ICT_TLS": "files", "ICT_CERTIFICATES": str(tmp_path)}
    compose.up()
    with (
        socket.create_connection(("127.0.0.1", compose.tls_port), 10) as line,
        trusted.wrap_socket(line, server_hostname="localhost") as secured,
    ):
        assert secured.getpeercert()
    assert "All is well." in compose.ictindex("doctor")
    key.write_text("no key")
    compose("up", "--detach", "--wait", "--force-recreate", "certificates", "proxy", check=False)
    assert "key.pem" in compose("logs", "certificates")
