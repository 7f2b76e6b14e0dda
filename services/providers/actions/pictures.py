"""A picture somebody sent, opened and written anew: small, and without what was hidden in the file."""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from shared.errors import Invalid

MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000
LONGEST = 1_200
"""Pixels of the longer side, as we keep it."""
KINDS = ("JPEG", "PNG")
JPEG = "image/jpeg"
WHITE = (255, 255, 255)
NO_PICTURE = "This is no picture we can open. Choose a JPEG or PNG file."


@dataclass(frozen=True, slots=True)
class Picture:
    """As it is kept: always JPEG, upright."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def picture_in(content: bytes) -> Picture:
    """What a file shows. Raises Invalid for what is no picture or too large. Takes time: call it in a thread."""
    try:
        with Image.open(io.BytesIO(content), formats=KINDS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Invalid("The picture has more than 50 million pixels. Choose a smaller one.", field="picture")
            opened.draft("RGB", (LONGEST, LONGEST))
            return _anew(opened)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Invalid(NO_PICTURE, field="picture", code="no_picture") from None


def _anew(opened: Image.Image) -> Picture:
    upright = ImageOps.exif_transpose(opened).convert("RGBA")
    upright.thumbnail((LONGEST, LONGEST))
    plain = Image.new("RGB", upright.size, WHITE)
    plain.paste(upright, mask=upright.getchannel("A"))
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=82, optimize=True, progressive=True)
    return Picture(written.getvalue(), *plain.size)
