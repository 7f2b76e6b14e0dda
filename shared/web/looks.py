"""GOV.UK's design system as our pages wear it: its own files without its typeface and crest, compressed once."""

import gzip
import re
import sys
from pathlib import Path

import brotli

FOLDER = Path(__file__).parent / "looks"
STYLE, SCRIPT = "govuk.css", "govuk.js"
FACE = re.compile(r"@font-face\{[^}]*\}")
FONT = "GDS Transport,arial,sans-serif"
OURS = "Arial,Helvetica,sans-serif"
CREST = "url(/assets/images/govuk-crest.svg)"
MAP = re.compile(r"\n?(/\*|//)# sourceMappingURL=.*")


def dressed(style: str) -> str:
    """The compiled style in our own typeface: GDS Transport and the crest are for `service.gov.uk` alone."""
    plain = FACE.sub("", MAP.sub("", style)).replace(FONT, OURS).replace(CREST, "none")
    for stranger in ("GDS Transport", "/assets/"):
        if stranger in plain:
            raise ValueError(f"the style still names {stranger}: look what this release calls it")
    return plain


def packed(content: bytes) -> dict[str, bytes]:
    """The same as a browser may ask for it, by content encoding; smallest first."""
    return {
        "br": brotli.compress(content, quality=11),
        "gzip": gzip.compress(content, 9, mtime=0),
        "": content,
    }


def make(package: Path, target: Path = FOLDER) -> None:
    """Make what is served out of the npm package's compiled files."""
    target.mkdir(exist_ok=True)
    compiled = package / "dist" / "govuk"
    style = dressed((compiled / "govuk-frontend.min.css").read_text())
    script = MAP.sub("", (compiled / "govuk-frontend.min.js").read_text())
    for name, text in ((STYLE, style), (SCRIPT, script)):
        for encoding, content in packed(text.encode()).items():
            (target / f"{name}.{encoding}".rstrip(".")).write_bytes(content)


def kept(name: str) -> dict[str, bytes]:
    """One of the files made above, by content encoding. Raises FileNotFoundError where the step was not done."""
    try:
        return {encoding: (FOLDER / f"{name}.{encoding}".rstrip(".")).read_bytes() for encoding in ("br", "gzip", "")}
    except FileNotFoundError as missing:
        raise FileNotFoundError(f"{FOLDER} does not hold {name}: `make looks` brings it") from missing


if __name__ == "__main__":
    make(Path(sys.argv[1]))
