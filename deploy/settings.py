"""What the operator says through the environment."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.errors import Invalid


class Malformed(Invalid, code="settings.malformed"):
    """A variable of the environment has no meaning."""


class Settings(BaseSettings):
    """Each option of the command line has the same name there.

    Attributes:
        data: Where this installation keeps everything; chosen by `deploy.standalone.home` when unsaid.
        port: The one fixed port; everything is behind it.
        bind: The address the proxy listens on; the loopback one unless the operator opens it.
        lang: Language of sentences on the command line; else taken from the locale.
        log_level: Of the four services.
        base_url: Of the proxy, where the installation runs in containers beside this command; unsaid on one machine.
        database: ``host:port`` of the database there.
        kafka: The same of the broker.
        page_url: Of the proxy there, as people reach it.
        tls: ``files`` where the proxy has the agency's own certificate.
        certificates: Where that lies, seen from there.
        tls_at: ``host:port`` where it speaks TLS, seen from there.
        locale: The system's words for it, first one wins.
        data_home: Where programs of an ordinary user keep their data.
    """

    model_config = SettingsConfigDict(env_prefix="ICT_", env_ignore_empty=True, populate_by_name=True, extra="ignore")

    data: Path | None = None
    port: int = Field(8080, ge=1, le=65535)
    bind: str = "127.0.0.1"
    lang: str | None = None
    log_level: str = "info"
    base_url: str | None = None
    database: str = "postgres:5432"
    kafka: str = "kafka:9092"
    page_url: str | None = None
    tls: str = "internal"
    certificates: Path | None = None
    tls_at: str | None = None
    lc_all: str = Field("", validation_alias="LC_ALL")
    lc_messages: str = Field("", validation_alias="LC_MESSAGES")
    locale: str = Field("", validation_alias="LANG")
    data_home: Path | None = Field(None, validation_alias="XDG_DATA_HOME")

    @property
    def own_certificates(self) -> Path | None:
        """Where the agency's certificate lies; None where the proxy makes its own."""
        return self.certificates if self.tls == "files" else None

    def language(self) -> str:
        """``en`` where English is asked for, else ``vi``: the product speaks Vietnamese first."""
        asked = self.lang or self.lc_all or self.lc_messages or self.locale
        return "en" if asked.lower().startswith("en") else "vi"


def surroundings() -> Settings:
    """What the environment says.

    Raises:
        Malformed: The first variable that has no meaning.
    """
    try:
        return Settings()
    except ValidationError as refusal:
        first = refusal.errors()[0]
        raise Malformed(name=f"ICT_{first['loc'][0]}".upper(), value=first["input"]) from None
