"""What each of a provider's pages is asked in the access matrix; a draft is its writer's alone."""

from urllib.parse import urlencode

from shared.identity.person import Role
from tests.access.cases import FORM, OF_HOME, OWN, PLACED, Asked, Case, about, plain, typed
from tests.access.scenes import Scenes, day, nobody
from tests.unit.test_pictures import a_picture
from tests.world import At

DESK = "/providers/desk"
DRAFT = DESK + "/drafts/{draft:uuid}"
VACANCY = DESK + "/vacancies/{vacancy:uuid}"
HOME = DESK + "/homes/{home:uuid}"
SPELL = DESK + "/spells/{occupation:uuid}"
PROVIDERS_OWN = frozenset({At.HEARTHSIDE, At.LARCH})
PRICE = {"weekly_pence": "3810"}
PICTURE = b'name="picture"; filename="a.jpg"\r\nContent-Type: image/jpeg'
FILE = "multipart/form-data; boundary=edge"


def a_date(name: str, offset: int) -> dict[str, str]:
    year, month, date = day(offset).split("-")
    return {f"{name}-day": date, f"{name}-month": month, f"{name}-year": year}


LATER = {"reason": "repairs", "version": "1", **a_date("starts", 1), **a_date("ends", 10)}


def own(rest: str, fields: dict[str, str] | None = None) -> Case:
    """A page of a draft; with fields, a form of it."""

    async def scene(scenes: Scenes) -> Asked:
        path, draft = f"{DESK}/drafts/{{}}{rest}", await scenes.vacancy_draft()
        body = None if fields is None else urlencode(fields).encode()
        return Asked(path.format(draft), body, absent_path=path.format(nobody()), absent_form=body, kind=FORM)

    return Case(scene, OF_HOME)


def pressed(path: str) -> Case:
    """A button that names no record: everybody with homes may press it, about their own."""

    async def scene(_: Scenes) -> Asked:
        return Asked(path, b"", kind=FORM)

    return Case(scene, PROVIDERS_OWN)


async def confirming(scenes: Scenes) -> Asked:
    def body(vacancy: str) -> bytes:
        return urlencode({"vacancy": vacancy}).encode()

    vacancy = (await scenes.vacancy())["vacancy"]
    return Asked(f"{DESK}/confirm", body(vacancy), absent_form=body(nobody()), kind=FORM)


async def uploading(scenes: Scenes) -> Asked:
    """Of a home that each of them has under this name."""
    name = f"House {nobody()}"
    for at in (At.HEARTHSIDE, At.LARCH):
        await scenes.by(at, Role.PROVIDER_MANAGER, "POST", "/providers/homes", scenes.home_form(name=name))
    content = f"home,available_from,weekly_pounds\r\n{name},{day(1)},3810\r\n"
    head = '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return Asked(f"{DESK}/upload", f"{head}{content}\r\n--edge--\r\n".encode(), kind=FILE)


async def taking_out(scenes: Scenes) -> Asked:
    home = await scenes.home()
    fields = {"place": home["places"][0], "reason": "repairs", **a_date("starts", 1)}
    path, body = f"{DESK}/homes/{{}}/out-of-service", urlencode(fields).encode()
    return Asked(path.format(home["home"]), body, absent_path=path.format(nobody()), absent_form=body, kind=FORM)


async def watched(scenes: Scenes) -> Asked:
    """Of Hearthside, with which Northshire has a contract."""
    await scenes.kept_contract()
    path = f"{DESK}/homes/{{}}"
    return Asked(path.format((await scenes.home())["home"]), absent_path=path.format(nobody()))


def spell(rest: str, fields: dict[str, str] | None = None) -> Case:
    async def scene(scenes: Scenes) -> Asked:
        path, occupation = f"{DESK}/spells/{{}}{rest}", await scenes.out_of_service()
        body = None if fields is None else urlencode(fields).encode()
        return Asked(path.format(occupation), body, absent_path=path.format(nobody()), absent_form=body, kind=FORM)

    return Case(scene, OF_HOME)


async def adding_a_picture(scenes: Scenes) -> Asked:
    def body(home: str) -> bytes:
        parts = [(b'name="home"', home.encode()), (b'name="shows"', b"The kitchen"), (PICTURE, a_picture(size=(9, 9)))]
        lines = (b"--edge\r\nContent-Disposition: form-data; " + name + b"\r\n\r\n" + said for name, said in parts)
        return b"\r\n".join(lines) + b"\r\n--edge--\r\n"

    home = (await scenes.welcoming_home())["home"]
    return Asked(f"{DESK}/pictures", body(home), absent_form=body(nobody()), kind=FILE)


async def taking_a_picture_away(scenes: Scenes) -> Asked:
    made = await scenes.pictured_home()
    path = f"{DESK}/homes/{{}}/welcome/pictures/{made['picture']}/take-away"
    return Asked(path.format(made["home"]), b"", absent_path=path.format(nobody()), absent_form=b"", kind=FORM)


HOMES_DESKS: dict[str, list[Case]] = {
    f"GET {DESK}": [plain(DESK, through=PLACED)],
    f"POST {DESK}/confirm": [Case(confirming, OF_HOME)],
    f"POST {DESK}/drafts": [pressed(f"{DESK}/drafts")],
    f"GET {DRAFT}": [own("")],
    f"GET {DRAFT}/check": [own("/check")],
    f"POST {DRAFT}/post": [own("/post", {})],
    f"POST {DRAFT}/delete": [own("/delete", {})],
    f"GET {DRAFT}/{{slug}}": [own("/price")],
    f"POST {DRAFT}/{{slug}}": [own("/price", PRICE)],
    f"GET {VACANCY}": [about(f"{DESK}/vacancies/{{}}", "vacancy", "vacancy", OF_HOME)],
    f"GET {VACANCY}/withdraw": [about(f"{DESK}/vacancies/{{}}/withdraw", "vacancy", "vacancy", OF_HOME)],
    f"POST {VACANCY}/withdraw": [typed(f"{DESK}/vacancies/{{}}/withdraw", "vacancy", "vacancy", OF_HOME)],
    f"POST {VACANCY}/correct": [typed(f"{DESK}/vacancies/{{}}/correct", "vacancy", "vacancy", OF_HOME)],
    f"GET {DESK}/upload": [plain(f"{DESK}/upload", through=PLACED)],
    f"GET {DESK}/upload/example.csv": [plain(f"{DESK}/upload/example.csv", through=PLACED)],
    f"POST {DESK}/upload": [Case(uploading, PROVIDERS_OWN)],
    f"GET {DESK}/occupancy": [plain(f"{DESK}/occupancy", through=PLACED)],
    f"GET {DESK}/keys": [plain(f"{DESK}/keys", through=PLACED)],
    f"GET {HOME}": [Case(watched, OF_HOME | OWN)],
    f"GET {HOME}/out-of-service": [about(f"{DESK}/homes/{{}}/out-of-service", "home", "home", OF_HOME)],
    f"POST {HOME}/out-of-service": [Case(taking_out, OF_HOME)],
    f"GET {SPELL}": [spell("")],
    f"POST {SPELL}": [spell("", LATER)],
    f"POST {SPELL}/back": [spell("/back", {})],
    f"GET {HOME}/welcome": [about(f"{DESK}/homes/{{}}/welcome", "home", "home", OF_HOME)],
    f"POST {HOME}/welcome": [typed(f"{DESK}/homes/{{}}/welcome", "home", "home", OF_HOME, hello="Hello!")],
    f"POST {DESK}/pictures": [Case(adding_a_picture, OF_HOME)],
    f"POST {HOME}/welcome/pictures/{{picture:uuid}}/take-away": [Case(taking_a_picture_away, OF_HOME)],
    "GET /providers/pictures/{picture:uuid}": [about("/providers/pictures/{}", "picture", "pictured_home", OF_HOME)],
    "GET /providers/welcome/{placement:uuid}": [
        about("/providers/welcome/{}", "placement", "welcomed", OF_HOME | OWN),
    ],
}
