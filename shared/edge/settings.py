"""What a process is told from outside: environment variables ``ICT_…``, secrets as files. The only reader of both."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import PostgresDsn
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.edge.kafka_login import Login


class ProcessSettings(BaseSettings):
    """Of any process of ours that listens and has a database.

    Attributes:
        port_inner: Loopback port it listens on; the proxy is the only door from outside.
        database_url: Its own login and database; the password may come from *database_password_file* instead.
        otlp_endpoint: Where traces go, as ``http://collector:4318/v1/traces``; nowhere where unsaid.
    """

    model_config = SettingsConfigDict(env_prefix="ICT_", frozen=True, extra="ignore")

    port_inner: int = 8000
    host: str = "127.0.0.1"
    database_url: PostgresDsn
    database_password_file: Path | None = None
    log_level: str = "INFO"
    otlp_endpoint: str | None = None

    def dsn(self) -> str:
        """Address of the database with its password; never logged."""
        url = urlsplit(str(self.database_url))
        if self.database_password_file is None:
            return urlunsplit(url)
        password = quote(self.database_password_file.read_text().strip(), safe="")
        host = url.netloc.rpartition("@")[2]
        return urlunsplit(url._replace(netloc=f"{url.username}:{password}@{host}"))


class Settings(ProcessSettings):
    """Of one service.

    Attributes:
        kafka: Bootstrap address.
        kafka_idempotence: Off only for a broker that cannot (the embedded one).
        kafka_user: Its login there, with the password in *kafka_password_file*; unsaid where the broker does not ask.
        jwks_file: Public keys of whoever issues tokens.
        evidence_dir: Where submission keeps evidence files.
    """

    kafka: str
    kafka_idempotence: bool = True
    kafka_user: str | None = None
    kafka_password_file: Path | None = None
    jwks_file: Path
    evidence_dir: Path | None = None

    def kafka_login(self) -> Login | None:
        """Who this service is to Kafka; None where the broker does not ask."""
        if self.kafka_user is None or self.kafka_password_file is None:
            return None
        return Login(self.kafka_user, self.kafka_password_file.read_text().strip())


def wall_clock() -> datetime:
    """The process's clock; everybody else is handed one."""
    return datetime.now(UTC)  # noqa: TID251 - the one place
