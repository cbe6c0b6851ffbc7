"""From a verdict to scoring's history and to the read model, beside a bare message on the same broker."""

import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.agencies.year_file import Appraise
from deploy.player.bodies import verdict_of
from deploy.player.play import play
from tests.bench.campaigns import Desk, caught_up
from tests.bench.figures import Sample, ratio, say
from tests.kit.small_years import small_years

TRIPS = 200
GOAL = 5
TOPIC = "bench"
SCRIPT = small_years()[0]


async def measure(desk: Desk) -> None:
    """Print the times of both, a trip of one after a trip of the other."""
    installation = desk.installation
    acts = SCRIPT.year.acts
    upto = next(number for number, act in enumerate(acts) if isinstance(act, Appraise))
    begun = SCRIPT.model_copy(update={"year": SCRIPT.year.model_copy(update={"acts": acts[:upto]})})
    await play(begun, installation.client, installation.stack.token)
    await caught_up(desk)
    admin = AIOKafkaAdminClient(bootstrap_servers=installation.stack.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=installation.stack.kafka, acks="all")
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=installation.stack.kafka, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    scored, shown, bare = [], [], []
    for number in range(TRIPS):
        to_scoring, to_page = await _trip(desk, number)
        scored.append(to_scoring)
        shown.append(to_page)
        began = time.perf_counter()
        await producer.send_and_wait(TOPIC, b"x" * 800)
        await consumer.getone()
        bare.append(time.perf_counter() - began)
    await consumer.stop()
    await producer.stop()
    for sample in (Sample("verdict → scoring", scored), Sample("verdict → read model", shown), Sample("bare", bare)):
        say(f"  {sample}")
    say(f"  p99 → read model / bare: {ratio(shown, bare, 0.99):.1f} (goal ≤ {GOAL})")


async def _trip(desk: Desk, number: int) -> tuple[float, float]:
    """Give another verdict on one criterion; seconds until scoring, and until reporting, has answered it."""
    year, agency = SCRIPT.year, SCRIPT.year.agency
    unit = next(code for code, each in year.units.items() if each.round1)
    criterion, verdict = next(iter(year.units[unit].round1.items()))
    points = {"kind": "points", "points": f"{number % 50 + 1}.00"}
    said = {"stage": "round1", **verdict_of(verdict, year.units[unit]), "word": points, "evidence": []}
    person = next(act.by for act in year.acts if isinstance(act, Appraise))
    moment = next(act.at for act in year.acts if isinstance(act, Appraise)).isoformat()
    stack, client = desk.installation.stack, desk.installation.client
    scope = f"agencies/{agency}/campaigns/{year.campaign}"
    token = stack.token(str(person), agency, ["appraiser", "operator", "auditor"])
    headers = {"authorization": f"Bearer {token}", "idempotency-key": f"trip-{number}", "ict-effective-at": moment}
    began = time.perf_counter()
    path = f"/appraisal/v1/{scope}/units/{unit}/criteria/{criterion}/verdicts"
    answer = await client.post(path, json=said, headers=headers)
    assert answer.is_success, answer.text
    asked = {"authorization": headers["authorization"], "ict-after": answer.headers["ict-position"]}
    ends = []
    for there in (f"/scoring/v1/agencies/{agency}/stops", f"/reporting/v1/agencies/{agency}/stops"):
        while (await client.get(there, headers=asked)).is_error:
            pass
        ends.append(time.perf_counter() - began)
    return ends[0], ends[1]
