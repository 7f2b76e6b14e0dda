"""Every setting a process reads from its environment, with its default and its meaning."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One object, made at start-up and passed on; nothing reads the environment afterwards."""

    model_config = SettingsConfigDict(env_prefix="SUFFICIENCY_", extra="ignore")

    mode: str = Field("embedded", pattern="^(embedded|distributed)$", description="embedded or distributed")
    database_url: str = Field(
        "postgresql://postgres@127.0.0.1:5432/{service}", description="PostgreSQL address; {service} becomes its name"
    )
    pool_size: int = Field(10, ge=2, description="database connections a process may open for requests")
    broker_url: str = Field("", description="RabbitMQ address; empty means the in-process bus")
    partitions: int = Field(1, ge=1, le=99, description="partitions of each topic; the same in every process")
    public_url: str = Field("http://127.0.0.1:8000", description="the address people type")
    service_urls: str = Field(
        "http://127.0.0.1:8000", description="where services find each other's feeds; {service} becomes its name"
    )
    session_secret: SecretStr = Field(SecretStr(""), description="signs sign-in cookies; the same in every process")
    issuers: Path | None = Field(None, description="the registry of trusted issuers (TOML)")
    demonstration_sign_in: bool = Field(False, description="one person per role without a password; embedded only")
    simulated_time: bool = Field(False, description="commands may say when they happened; for made-up people only")
    client_id: str = Field("", description="the name under which a service asks the issuer for its own token")
    client_secret: SecretStr = Field(SecretStr(""), description="that client's secret")
    token_url: str = Field("", description="where a service asks for its own token")
    trace_endpoint: str = Field("", description="OTLP/HTTP collector; empty means spans are not exported")
    trace_ratio: float = Field(1.0, ge=0, le=1, description="share of traces recorded when spans are exported")
    figures_in_telemetry: bool = Field(
        False, description="authorities' figures among the meters, where no proxy publishes /metrics/telemetry"
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    map_folder: Path = Field(Path(".run/map"), description="where the map of postcodes is kept, built at its first use")
    booking_wait_seconds: float = Field(2.0, ge=0, description="seconds a booking waits for its own answer")
    notify_mode: str = Field(
        "off", pattern="^(off|list|live)$", description="e-mails: off, list (kept, not sent) or live (GOV.UK Notify)"
    )
    notify_key: SecretStr = Field(SecretStr(""), description="GOV.UK Notify's API key")
    notify_template: str = Field("", description="Notify's template, with ((subject)) and ((message))")
    notify_url: str = Field("https://api.notifications.service.gov.uk", description="where Notify is asked")
    slow_poll_seconds: float = Field(1.0, gt=0, description="the net under missed wake-ups")

    def database_of(self, service: str) -> str:
        """The database address of one service."""
        return self.database_url.replace("{service}", service)

    def url_of(self, service: str) -> str:
        """The base address at which a service answers other services."""
        return self.service_urls.replace("{service}", service)
