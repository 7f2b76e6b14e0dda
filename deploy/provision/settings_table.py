"""The table of settings in the operator's guide, written from `shared/settings.py`."""

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from deploy.starting import PREFIX
from shared.settings import Settings

BEGIN = "<!-- settings: written by `python -m deploy.provision`, from shared/settings.py -->"
END = "<!-- settings: end -->"


def settings_table() -> str:
    """Every setting with its default and meaning, in Markdown."""
    rows = [f"| `{PREFIX}{name.upper()}` | {_default(name)} | {_meaning(name)} |" for name in Settings.model_fields]
    return "\n".join(["| setting | default | meaning |", "| --- | --- | --- |", *rows])


def with_table(guide: str) -> str:
    """The guide with the table as it is now between its markers. Raises ValueError where they are not there."""
    before, begin, rest = guide.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the guide has no place for the settings: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{settings_table()}\n\n{END}{after}"


def _default(name: str) -> str:
    default = Settings.model_fields[name].default
    if isinstance(default, SecretStr) or default in ("", None, PydanticUndefined):
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _meaning(name: str) -> str:
    said = Settings.model_fields[name].description or ""
    return said.replace("|", "\\|")
