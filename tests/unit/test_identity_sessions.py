"""The sign-in cookie: when it ends, and what it does not give away."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.clock import FixedClock
from shared.identity.demonstration import CHARACTERS
from shared.identity.identity import Identity
from shared.identity.person import Role
from shared.identity.registry import Misconfigured, Registry
from shared.identity.remembered import Remembered
from shared.identity.sessions import Sealed, Session, Sessions
from shared.settings import Settings

SECRET = "a secret of at least thirty-two characters"


class Setting:
    def __init__(self, *, secure: bool = False) -> None:
        self.clock = FixedClock(datetime(2026, 3, 31, 9, 0, tzinfo=UTC))
        self.sessions = Sessions(SECRET, secure=secure, now=self.seconds)

    def seconds(self) -> float:
        return self.clock.now().timestamp()

    def begin(self) -> Session:
        return self.sessions.begin("westmouth", "sam", "Sam Okafor", frozenset({Role.SOCIAL_WORKER}))

    def cookie(self, session: Session) -> str:
        return self.sessions.header(session).partition("=")[2].partition(";")[0]


def test_a_cookie_holds_a_session_that_only_we_can_read():
    setting = Setting()
    session = setting.begin()
    cookie = setting.cookie(session)
    assert setting.sessions.read(cookie) == session
    assert "Sam" not in cookie
    assert setting.sessions.read(cookie[:-2] + ("AA" if cookie[-2:] != "AA" else "BB")) is None
    assert Sessions("another secret, quite as long as that one", secure=False, now=setting.seconds).read(cookie) is None


def test_a_session_ends_after_half_an_hour_of_nothing():
    setting = Setting()
    cookie = setting.cookie(setting.begin())
    setting.clock.move(timedelta(minutes=29, seconds=59))
    assert setting.sessions.read(cookie)
    setting.clock.move(timedelta(seconds=2))
    assert setting.sessions.read(cookie) is None


def test_a_session_in_use_goes_on_and_ends_after_twelve_hours_all_the_same():
    setting = Setting()
    session = setting.begin()
    for _ in range(12 * 4 - 1):
        setting.clock.move(timedelta(minutes=15))
        session = setting.sessions.renewed(session) or session
        assert setting.sessions.read(setting.cookie(session)) == session
    setting.clock.move(timedelta(minutes=15))
    assert setting.sessions.read(setting.cookie(session)) is None


def test_a_cookie_is_not_written_again_within_the_minute():
    setting = Setting()
    session = setting.begin()
    setting.clock.move(timedelta(seconds=30))
    assert setting.sessions.renewed(session) is None


def test_every_sign_in_is_a_session_of_its_own():
    setting = Setting()
    assert setting.begin().id != setting.begin().id


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites():
    plain, secure = Setting(), Setting(secure=True)
    header = secure.sessions.header(secure.begin())
    assert header.startswith("__Host-sufficiency=")
    for word in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/"):
        assert word in header
    assert "Secure" not in plain.sessions.header(plain.begin())


def test_what_was_sealed_for_one_purpose_opens_for_no_other():
    sealed = Sealed(SECRET, "signing-in").seal({"state": "x"})
    assert Sealed(SECRET, "signing-in").open(sealed) == {"state": "x"}
    assert Sealed(SECRET, "session").open(sealed) is None


def test_a_session_of_another_release_is_no_session():
    setting = Setting()
    assert setting.sessions.read(Sealed(SECRET, "session").seal({"id": "x", "roles": []})) is None


def test_what_is_remembered_is_bounded_and_timed():
    moment = [0.0]
    remembered: Remembered[int] = Remembered(lambda: moment[0], most=3)
    for number in range(5):
        remembered.put(str(number), number, until=10)
    assert [remembered.get(str(number)) for number in range(5)] == [None, None, 2, 3, 4]
    moment[0] = 10.0
    assert remembered.get("4") is None


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"mode": "distributed", "demonstration_sign_in": True, "session_secret": SECRET}, "distributed mode"),
        ({"mode": "distributed"}, "SESSION_SECRET must be set"),
        ({"session_secret": "short"}, "32 characters"),
    ],
)
def test_a_process_that_would_let_anybody_in_does_not_start(facts, words):
    with pytest.raises(Misconfigured, match=words):
        Identity(Settings(**facts), Registry())


def test_the_demonstration_has_somebody_for_every_role_in_three_authorities_and_a_provider():
    people = CHARACTERS.values()
    assert {person.role for person in people} == set(Role) - {Role.SYSTEM}
    assert len({person.invitation.authority for person in people if person.invitation} - {None}) == 3
    assert all(person.invitation or person.role is Role.PROVIDER_MANAGER for person in people)
