"""What pages are dressed in: our own typeface, small, compressed, at addresses that change with the content."""

import brotli
import pytest
from starlette.requests import Request

from shared.errors import NotFound
from shared.web.assets import serve, sizes, static
from shared.web.looks import FACE, dressed

MOST = 150 * 1024


def asking(*encodings: str) -> Request:
    return Request({"type": "http", "headers": [(b"accept-encoding", ", ".join(encodings).encode())]})


def test_all_of_it_together_is_small():
    assert 0 < sum(sizes().values()) < MOST


def test_the_typeface_and_crest_of_government_are_not_in_it():
    style = str(serve(asking(), static("govuk.css").rpartition("/")[2]).body, "utf-8")
    assert "GDS" not in style
    assert FACE.search(style) is None
    assert "url(" not in style
    assert '--govuk-frontend-version:"6.3.0"' in style


def test_a_style_that_names_it_in_another_way_is_refused():
    with pytest.raises(ValueError, match="GDS Transport"):
        dressed('body{font-family:"GDS Transport"}')


def test_what_is_sent_compressed_is_the_same():
    name = static("govuk.css").rpartition("/")[2]
    plain, small = serve(asking(), name), serve(asking("gzip", "br"), name)
    assert small.headers["content-encoding"] == "br"
    assert brotli.decompress(small.body) == plain.body
    assert "content-encoding" not in plain.headers
    assert serve(asking("gzip"), name).headers["content-encoding"] == "gzip"
    assert "immutable" in small.headers["cache-control"]


def test_our_script_names_the_design_systems_at_its_fingerprinted_address():
    ours = str(serve(asking(), static("house.js").rpartition("/")[2]).body, "utf-8")
    assert f'from "{static("govuk.js")}"' in ours


def test_an_old_address_holds_nothing():
    with pytest.raises(NotFound):
        serve(asking(), "govuk.css")
