"""Tokens that must be refused, and what a genuine one costs the second time."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from deploy.issuer import Issuer
from shared.clock import FixedClock
from shared.errors import NotSignedIn, Refused
from shared.identity.person import Role
from shared.identity.registry import Registry, TrustedIssuer
from shared.identity.tokens import Tokens
from tests.apps import reached_in_process

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)
SOCIAL_WORKER = [Role.SOCIAL_WORKER]


class Setting:
    """An issuer of ours, reached over HTTP as any would be, and a clock."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.issuer = Issuer("http://127.0.0.1:8099", now=self.seconds)
        self.asked: list[str] = []
        self.http = reached_in_process(self.issuer)
        self.http.event_hooks["request"].append(self._note)
        self.trusted = TrustedIssuer(key="ours", url=self.issuer.url, audience="sufficiency", authority="westmouth")
        self.tokens = Tokens(Registry([self.trusted]), self.http, self.seconds)

    def seconds(self) -> float:
        return self.clock.now().timestamp()

    async def _note(self, request: httpx.Request) -> None:
        self.asked.append(request.url.path)

    def encoded(self, header: dict, key, **claims) -> str:
        genuine = jwt.decode(self.issuer.token_for("sam", SOCIAL_WORKER), self.issuer.key).claims
        return jwt.encode(header, {**genuine, **claims}, key, algorithms=[header["alg"]])


@pytest.fixture
async def setting():
    setting = Setting()
    yield setting
    await setting.http.aclose()


async def refused(setting: Setting, token: str) -> str:
    with pytest.raises(NotSignedIn) as caught:
        await setting.tokens.bearer(token)
    assert token[:20] not in caught.value.message
    return caught.value.message


async def test_a_genuine_token_is_believed(setting):
    verified = await setting.tokens.bearer(setting.issuer.token_for("sam", SOCIAL_WORKER))
    assert (verified.subject, verified.issuer.key) == ("sam", "ours")
    assert verified.issuer.roles_in(verified.claims) == {Role.SOCIAL_WORKER}


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"exp": int(NOW.timestamp()) - 60}, "expired"),
        ({"nbf": int(NOW.timestamp()) + 3600}, "does not hold"),
        ({"iat": int(NOW.timestamp()) + 3600}, "does not hold"),
        ({"exp": None}, "does not hold"),
        ({"exp": "tomorrow"}, "does not hold"),
        ({"sub": None}, "does not hold"),
        ({"sub": ""}, "does not hold"),
        ({"aud": "somebody-else"}, "not meant for us"),
        ({"aud": None}, "not meant for us"),
        ({"iss": "https://elsewhere.example"}, "issuer we trust"),
        ({"iss": None}, "issuer we trust"),
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(setting, overrides, words):
    assert words in await refused(setting, setting.issuer.token_for("sam", SOCIAL_WORKER, **overrides))


async def test_a_token_without_a_signature_is_refused(setting):
    _, claims, _ = setting.issuer.token_for("sam", SOCIAL_WORKER).split(".")
    for algorithm in ("none", "None", "NONE", ""):
        header = _part({"alg": algorithm, "kid": setting.issuer.key.kid})
        assert "signs" in await refused(setting, f"{header}.{claims}.")


async def test_a_token_signed_with_the_public_key_as_if_it_were_a_secret_is_refused(setting):
    header = _part({"alg": "HS256", "kid": setting.issuer.key.kid})
    _, claims, _ = setting.issuer.token_for("sam", SOCIAL_WORKER).split(".")
    for secret in (setting.issuer.key.as_pem(private=False), json.dumps(setting.issuer.jwks["keys"][0]).encode()):
        signature = hmac.new(secret, f"{header}.{claims}".encode(), hashlib.sha256).digest()
        assert "signs" in await refused(setting, f"{header}.{claims}.{_coded(signature)}")


async def test_a_key_of_somebody_else_is_refused_whatever_name_it_goes_by(setting):
    stranger = ECKey.generate_key("P-256")
    kid = setting.issuer.key.kid
    assert "hold" in await refused(setting, setting.encoded({"alg": "ES256", "kid": kid}, stranger))
    with_own_key = {"alg": "ES256", "kid": kid, "jwk": stranger.as_dict(private=False)}
    assert "hold" in await refused(setting, setting.encoded(with_own_key, stranger))
    of_another_kind = RSAKey.generate_key(2048)
    assert "hold" in await refused(setting, setting.encoded({"alg": "RS256", "kid": kid}, of_another_kind))


async def test_changed_claims_are_refused(setting):
    header, claims, signature = setting.issuer.token_for("sam", SOCIAL_WORKER).split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged = _part({**told, "roles": ["administrator"]})
    assert "hold" in await refused(setting, f"{header}.{forged}.{signature}")


@pytest.mark.parametrize("nonsense", ["", "a", "a.b", "a.b.c", "....", "é.é.é", "bnVsbA.bnVsbA.x", "x" * 20_000])
async def test_nonsense_is_refused_and_nobody_is_asked_about_it(setting, nonsense):
    with pytest.raises(NotSignedIn):
        await setting.tokens.bearer(nonsense)
    assert setting.asked == []


async def test_deeply_nested_nonsense_is_refused(setting):
    await refused(setting, f"{_coded(b'[' * 9000)}.e30.x")


async def test_an_unknown_key_id_makes_us_ask_again_but_not_every_time(setting):
    good = setting.issuer.token_for("sam", SOCIAL_WORKER)
    await setting.tokens.bearer(good)
    setting.clock.move(timedelta(seconds=60))
    unknown = setting.encoded({"alg": "ES256", "kid": "unknown"}, ECKey.generate_key("P-256"))
    for _ in range(5):
        await refused(setting, unknown)
    assert setting.asked.count("/jwks") == 2
    await setting.tokens.bearer(good)


async def test_a_new_key_is_found_without_a_restart(setting):
    await setting.tokens.bearer(setting.issuer.token_for("sam", SOCIAL_WORKER))
    setting.issuer.key = ECKey.generate_key("P-256", auto_kid=True)
    setting.clock.move(timedelta(seconds=60))
    await setting.tokens.bearer(setting.issuer.token_for("sam", SOCIAL_WORKER))


async def test_an_issuer_that_is_away_is_our_trouble_not_the_senders(setting):
    issuer = Issuer("http://127.0.0.1:9", now=setting.seconds)
    trusted = TrustedIssuer(key="away", url=issuer.url, audience="sufficiency", authority="westmouth")
    tokens = Tokens(Registry([trusted]), httpx.AsyncClient(transport=httpx.AsyncHTTPTransport()), setting.seconds)
    with pytest.raises(Refused) as caught:
        await tokens.bearer(issuer.token_for("sam", SOCIAL_WORKER))
    assert caught.value.status == 503


async def test_two_audiences_of_one_issuer_are_two_entries(setting):
    other = setting.trusted.model_copy(update={"key": "other", "audience": "other", "authority": "eastmouth"})
    tokens = Tokens(Registry([setting.trusted, other]), setting.http, setting.seconds)
    verified = await tokens.bearer(setting.issuer.token_for("sam", SOCIAL_WORKER, "other"))
    assert verified.issuer.authority == "eastmouth"


def _part(told: dict) -> str:
    return _coded(json.dumps(told).encode())


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
