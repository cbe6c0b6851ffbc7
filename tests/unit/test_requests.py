"""What is measured of requests, whoever sends them."""

import httpx2
from fastapi import FastAPI

from shared.edge.requests import Watched
from shared.edge.tracing import NOWHERE


async def test_a_strangers_inventions_are_one_figure() -> None:
    told: list[tuple[str, str, int]] = []
    app = FastAPI()
    app.add_middleware(
        Watched, told=lambda method, route, status, _seconds: told.append((method, route, status)), tracing=NOWHERE
    )
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://ict") as stranger:
        for number in range(3):
            await stranger.request(f"WORD{number}", f"/somewhere/{number}")
    assert set(told) == {("OTHER", "none", 404)}
