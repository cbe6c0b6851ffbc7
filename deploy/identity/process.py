"""The identity process: its tables, its key, its pages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop
from fastapi import FastAPI, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.exceptions import HTTPException

from deploy.identity.accounts import Accounts
from deploy.identity.sessions import Sessions
from deploy.identity.tables import ACCOUNT
from deploy.identity.tokens import Signer
from deploy.identity.web import made, routes
from shared.edge import logs
from shared.edge.asgi import answered
from shared.edge.database import RowsUnavailable, transaction
from shared.edge.listening import listen
from shared.edge.requests import Watched
from shared.edge.settings import ProcessSettings, wall_clock
from shared.edge.telemetry import Telemetry
from shared.edge.tracing import tracing
from shared.edge.web.pages import style_sheet
from shared.errors import IctIndexError
from shared.vocabulary import Clock

NAME = "identity"


class Settings(ProcessSettings):
    """Of this process.

    Attributes:
        page_url: As people reach the installation, without a slash at the end.
        signing_key_file: The private key of the tokens that services know.
    """

    page_url: str
    signing_key_file: Path


@asynccontextmanager
async def wired(settings: Settings, clock: Clock = wall_clock) -> AsyncIterator[FastAPI]:
    """The app, over its tables; nothing is reached yet."""
    telemetry, spans = Telemetry(), tracing(settings.otlp_endpoint, NAME)
    engine = create_async_engine(
        settings.dsn().replace("postgresql://", "postgresql+asyncpg://", 1), pool_pre_ping=True
    )
    accounts = await asyncio.to_thread(Accounts, engine, clock)
    sessions, signer = Sessions(engine, accounts, clock), Signer(settings.signing_key_file.read_text())
    inner = f"http://{'127.0.0.1' if settings.host == '0.0.0.0' else settings.host}:{settings.port_inner}"  # noqa: S104 - compared
    app = FastAPI(
        title=NAME,
        exception_handlers=dict.fromkeys((IctIndexError, RequestValidationError, HTTPException, Exception), answered),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.include_router(style_sheet())
    app.include_router(routes(made(settings.page_url, inner, accounts, sessions, signer, clock)))
    app.add_middleware(Watched, told=telemetry.request, tracing=spans)

    @app.get("/livez")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @app.get("/readyz")
    async def ready(response: Response) -> dict[str, bool]:
        there = True
        try:
            async with transaction(engine) as connection:
                await connection.execute(ACCOUNT.select().limit(1))
        except RowsUnavailable:
            there = False
        response.status_code = 200 if there else 503
        return {"database": there}

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(telemetry.registry), media_type=CONTENT_TYPE_LATEST)

    try:
        yield app
    finally:
        await engine.dispose()
        await asyncio.to_thread(spans.end)


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    async with wired(settings) as app:
        await listen(app, settings)


def run() -> None:
    """Run as this process, as the environment says."""
    settings = Settings()
    logs.configure(settings.log_level, NAME)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings))
