"""What providers' routes are asked in the access matrix, and who gets through to the record."""

from typing import Any

from tests.access.cases import (
    AUTHORITIES,
    FIGURES,
    MARKET,
    OF_HOME,
    OWN,
    PLACED,
    SYSTEMS,
    Asked,
    Case,
    Scene,
    about,
    plain,
    sending,
)
from tests.access.scenes import Scenes, day, nobody
from tests.ofsted import a_home, the_list
from tests.world import At

HOME = "/providers/homes/{}"
VACANCY = "/providers/vacancies/{}"
LOOKED_INTO = {"checked_on": day(-10), "checked_until": day(355)}
PRICED = {
    "version": 1,
    "prices": [{"type": "K2", "youngest": 8, "oldest": 17, "weekly_pence": 400_000, "starts": day(-30)}],
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MENDED = {"starts": day(1), "ends": day(10), "reason": "repairs", "version": 1}


async def inviting_people(scenes: Scenes) -> Asked:
    form = {"issuer": "https://login.example.org", "person": nobody()}
    provider = await scenes.provider()
    return Asked(f"/providers/{provider}/people", form, absent_path=f"/providers/{nobody()}/people")


async def ending_an_invitation(scenes: Scenes) -> Asked:
    provider = await scenes.provider()
    path = f"/providers/{provider}/people/{await scenes.invitation(provider, nobody())}"
    return Asked(path, absent_path=f"/providers/{provider}/people/{nobody()}")


async def opening_a_home(scenes: Scenes) -> Asked:
    provider = await scenes.provider()
    return Asked(
        "/providers/homes",
        scenes.home_form(provider=provider),
        absent_form=scenes.home_form(provider=nobody()),
    )


async def opening_an_own_home(scenes: Scenes) -> Asked:
    asked = await opening_a_home(scenes)
    return Asked(asked.path, scenes.home_form(provider=await scenes.own_service()), absent_form=asked.absent_form)


async def posting_a_vacancy(scenes: Scenes) -> Asked:
    home = await scenes.home()
    absent = scenes.vacancy_form({**home, "home": nobody()})
    return Asked("/providers/vacancies", scenes.vacancy_form(home), absent_form=absent)


async def correcting_a_vacancy(scenes: Scenes) -> Asked:
    made = await scenes.vacancy()
    form = scenes.vacancy_form(made, weekly_pence=400_000, version=1)
    del form["home"]
    path = "/providers/vacancies/{}/correct"
    return Asked(path.format(made["vacancy"]), form, absent_path=path.format(nobody()))


async def taking_out_of_service(scenes: Scenes) -> Asked:
    place, path = (await scenes.home())["places"][0], "/providers/places/{}/out-of-service"
    return Asked(path.format(place), {"starts": day(1), "reason": "repairs"}, absent_path=path.format(nobody()))


def of_a_place(action: str, **form: Any) -> Scene:
    """Something done to one place of Hearthside's."""

    async def scene(scenes: Scenes) -> Asked:
        place, path = (await scenes.home())["places"][0], "/providers/places/{}/" + action
        return Asked(path.format(place), form, absent_path=path.format(nobody()))

    return scene


async def correcting_a_home(scenes: Scenes) -> Asked:
    kept = ("name", "area", "youngest", "oldest", "sexes")
    form = {name: told for name, told in scenes.home_form().items() if name in kept} | {"version": 1}
    return Asked(
        f"{HOME}/correct".format((await scenes.home())["home"]), form, absent_path=f"{HOME}/correct".format(nobody())
    )


async def confirming_vacancies(scenes: Scenes) -> Asked:
    def form(vacancy: str) -> Any:
        return {"vacancies": [{"vacancy": vacancy}]}

    vacancy = (await scenes.vacancy())["vacancy"]
    return Asked("/providers/vacancies/confirm", form(vacancy), absent_form=form(nobody()))


async def uploading_vacancies(scenes: Scenes) -> Asked:
    home = (await scenes.home())["home"]
    content = f"home,available_from,weekly_pounds\n{home},{day(1)},3810\n"
    return Asked("/providers/vacancies/upload", content.encode(), kind="text/csv")


async def awarding_a_contract(scenes: Scenes) -> Asked:
    return Asked("/providers/contracts", scenes.contract_form(await scenes.provider(At.LARCH)))


LARCH = {"name": "Larch House", "sector": "PR4"}
REGISTERING = {"commands": [{"kind": "register_provider", "form": LARCH}]}

PROVIDERS: dict[str, list[Case]] = {
    "POST /providers/imports/ofsted": [sending("/providers/imports/ofsted", the_list([a_home()]), XLSX, PLACED)],
    "POST /providers": [plain("/providers", LARCH, PLACED)],
    "POST /providers/commands": [
        plain("/providers/commands", REGISTERING, PLACED - {At.HEARTHSIDE, At.LARCH}, HEARTHSIDE=403, LARCH=403)
    ],
    "GET /providers": [plain("/providers", through=PLACED)],
    "GET /providers/{provider:uuid}": [
        about("/providers/{}", "provider", "provider", MARKET),
        about("/providers/{}", "provider", "own_service", FIGURES),
    ],
    "POST /providers/{provider:uuid}/people": [Case(inviting_people, OWN | SYSTEMS)],
    "DELETE /providers/{provider:uuid}/people/{invitation:uuid}": [Case(ending_an_invitation, OWN | SYSTEMS)],
    "POST /providers/{provider:uuid}/correct": [
        about("/providers/{}/correct", "provider", "provider", OWN | SYSTEMS, {"name": "Hearthside", "version": 1})
    ],
    "POST /providers/{provider:uuid}/due-diligence": [
        about("/providers/{}/due-diligence", "provider", "provider", OWN | SYSTEMS, LOOKED_INTO)
    ],
    "POST /providers/contracts": [Case(awarding_a_contract, AUTHORITIES, {At.REGION: 403, At.INSTALLATION: 403})],
    "GET /providers/contracts": [plain("/providers/contracts", through=PLACED)],
    "POST /providers/contracts/{contract:uuid}/prices": [
        about("/providers/contracts/{}/prices", "contract", "contract", OWN, PRICED)
    ],
    "POST /providers/contracts/{contract:uuid}/end": [
        about("/providers/contracts/{}/end", "contract", "contract", OWN, {"on": day(30), "version": 1})
    ],
    "POST /providers/homes": [Case(opening_a_home, OF_HOME), Case(opening_an_own_home, OWN)],
    "GET /providers/homes": [plain("/providers/homes", through=PLACED)],
    "GET /providers/homes/{home:uuid}": [about(HOME, "home", "home", MARKET)],
    "POST /providers/homes/{home:uuid}/places": [about(f"{HOME}/places", "home", "home", OF_HOME, {"opens": day(0)})],
    "POST /providers/homes/{home:uuid}/correct": [Case(correcting_a_home, OF_HOME)],
    "POST /providers/homes/{home:uuid}/rating": [
        about(f"{HOME}/rating", "home", "home", OWN | SYSTEMS, {"rating": "good", "inspected_on": day(-40)})
    ],
    "GET /providers/homes/{home:uuid}/ratings": [about(f"{HOME}/ratings", "home", "home", MARKET)],
    "GET /providers/homes/{home:uuid}/out-of-service": [about(f"{HOME}/out-of-service", "home", "home", OF_HOME)],
    "POST /providers/homes/{home:uuid}/close": [
        about(f"{HOME}/close", "home", "home", OF_HOME, {"on": day(30), "version": 1})
    ],
    "GET /providers/homes/{home:uuid}/calendar": [
        about(f"{HOME}/calendar?from={day(0)}&to={day(7)}", "home", "home", OF_HOME)
    ],
    "POST /providers/vacancies": [Case(posting_a_vacancy, OF_HOME)],
    "POST /providers/vacancies/upload": [Case(uploading_vacancies, OF_HOME, {At.LARCH: 422})],
    "GET /providers/vacancies": [plain("/providers/vacancies", through=PLACED)],
    "POST /providers/vacancies/confirm": [Case(confirming_vacancies, OF_HOME)],
    "POST /providers/vacancies/{vacancy:uuid}/confirm": [
        about(f"{VACANCY}/confirm", "vacancy", "vacancy", OF_HOME, {})
    ],
    "POST /providers/vacancies/{vacancy:uuid}/correct": [Case(correcting_a_vacancy, OF_HOME)],
    "POST /providers/vacancies/{vacancy:uuid}/withdraw": [
        about(f"{VACANCY}/withdraw", "vacancy", "vacancy", OF_HOME, {})
    ],
    "POST /providers/places/{place:uuid}/out-of-service": [Case(taking_out_of_service, OF_HOME)],
    "POST /providers/places/{place:uuid}/correct": [Case(of_a_place("correct", version=1), OF_HOME)],
    "POST /providers/places/{place:uuid}/close": [Case(of_a_place("close", version=1, on=day(30)), OF_HOME)],
    "POST /providers/occupations/{occupation:uuid}/correct": [
        about("/providers/occupations/{}/correct", "occupation", "out_of_service", OF_HOME, MENDED)
    ],
    "POST /providers/occupations/{occupation:uuid}/release": [
        about("/providers/occupations/{}/release", "occupation", "out_of_service", OF_HOME)
    ],
}
