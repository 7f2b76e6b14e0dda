"""Pictures of homes: opened and written anew, small, upright, without where they were taken; anything else is refused."""

import io

import pytest
from PIL import Image

from services.providers.actions.pictures import LONGEST, picture_in
from shared.errors import Invalid

GPS = 0x8825


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (1_600, 800), mode: str = "RGB", **more: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, 120 if mode == "L" else None).save(written, kind, **more)
    return written.getvalue()


def test_a_large_picture_becomes_small_and_keeps_its_shape() -> None:
    picture = picture_in(a_picture())
    assert (picture.width, picture.height) == (LONGEST, LONGEST // 2)
    with Image.open(io.BytesIO(picture.content)) as kept:
        assert (kept.format, kept.size) == ("JPEG", (picture.width, picture.height))


def test_where_and_how_it_was_taken_is_left_behind_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(GPS)[1] = "N"
    exif[0x010E] = "14 Secret Lane"
    sent = a_picture(size=(80, 40), exif=exif.tobytes(), comment=b"14 Secret Lane")
    assert b"Secret Lane" in sent
    picture = picture_in(sent)
    assert (picture.width, picture.height) == (40, 80)
    assert b"Secret" not in picture.content
    with Image.open(io.BytesIO(picture.content)) as kept:
        assert len(kept.getexif()) == 0


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16"])
def test_every_way_to_write_colours_is_read(mode: str) -> None:
    assert picture_in(a_picture("PNG", (30, 20), mode)).width == 30


def test_the_same_picture_is_known_again() -> None:
    assert picture_in(a_picture()).digest == picture_in(a_picture()).digest


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        a_picture("GIF", (20, 20)),
        a_picture("TIFF", (20, 20)),
        a_picture()[:400],
        a_picture("PNG")[:100],
        a_picture("PNG", (20, 20))[:-30],
        b"\xff\xd8\xff\xe0" + b"<script>" * 100,
    ],
    ids=["nothing", "no gif", "svg", "gif", "tiff", "torn jpeg", "torn png", "torn end", "jpeg in name"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        picture_in(content)
    assert refused.value.field == "picture"


def test_a_picture_that_would_fill_the_memory_is_not_opened() -> None:
    small_file = a_picture("PNG", (9_000, 9_000), "1")
    assert len(small_file) < 100_000
    with pytest.raises(Invalid):
        picture_in(small_file)
