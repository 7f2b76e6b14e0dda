"""The people of the demonstration: one for each role, in two authorities, a region and a provider."""

from dataclasses import dataclass

from shared.identity.person import Role
from shared.identity.registry import Invitation, TrustedIssuer

NORTHSHIRE = "E09000033"
"""An authority that there is not, on the map of one that there is: its made-up children live at real postcodes."""
SOUTHMERE = "E09000020"
"""Its neighbour."""
NAMES = {NORTHSHIRE: "Northshire", SOUTHMERE: "Southmere"}
HERTFORDSHIRE = "E10000015"
"""One that there is; its made-up children are as many, and live, move and cost, as it published of its own."""


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody to sign in as."""

    key: str
    name: str
    role: Role
    place: str
    invitation: Invitation | None
    """None for those whom an invitation on record puts somewhere, as in any installation."""


def _of(authority: str, *characters: tuple[str, str, Role]) -> list[Character]:
    place = f"{NAMES[authority]} Council" if authority in NAMES else "Hertfordshire, made up"
    return [Character(key, name, role, place, Invitation(authority=authority)) for key, name, role in characters]


CHARACTERS: dict[str, Character] = {
    character.key: character
    for character in [
        *_of(
            NORTHSHIRE,
            ("social-worker", "Sam Okafor", Role.SOCIAL_WORKER),
            ("placements-officer", "Priya Nair", Role.PLACEMENTS_OFFICER),
            ("approver", "Alan Whitby", Role.APPROVER),
            ("commissioner", "Clare Donnelly", Role.COMMISSIONER),
            ("analyst", "Yusuf Rahman", Role.ANALYST),
            ("finance", "Fiona Marsh", Role.FINANCE),
        ),
        *_of(
            SOUTHMERE,
            ("southmere-social-worker", "Grace Adeyemi", Role.SOCIAL_WORKER),
            ("southmere-placements-officer", "Tom Hughes", Role.PLACEMENTS_OFFICER),
            ("southmere-approver", "Nadia Rowe", Role.APPROVER),
            ("southmere-commissioner", "Leah Brandt", Role.COMMISSIONER),
        ),
        *_of(
            HERTFORDSHIRE,
            ("hertfordshire-social-worker", "Ellen Marlow", Role.SOCIAL_WORKER),
            ("hertfordshire-placements-officer", "Joseph Adu", Role.PLACEMENTS_OFFICER),
            ("hertfordshire-commissioner", "Ruth Calder", Role.COMMISSIONER),
        ),
        Character("provider", "Hannah Price", Role.PROVIDER_MANAGER, "Hearthside Fostering", None),
        Character("other-provider", "Owen Clarke", Role.PROVIDER_MANAGER, "Larch House", None),
        Character(
            "hertfordshire-provider",
            "Meera Shah",
            Role.PROVIDER_MANAGER,
            "private homes in Hertfordshire, made up",
            None,
        ),
        Character(
            "region",
            "Ravi Desai",
            Role.COMMISSIONER,
            "Northshire and Southmere together",
            Invitation(region=frozenset({NORTHSHIRE, SOUTHMERE})),
        ),
        Character(
            "administrator", "Ada Lindqvist", Role.ADMINISTRATOR, "this installation", Invitation(installation=True)
        ),
    ]
}

DEMONSTRATION = TrustedIssuer(
    key="demonstration",
    url="urn:sufficiency:demonstration",
    audience="urn:sufficiency:demonstration",
    title="Demonstration",
    shared=True,
    grants=frozenset(Role),
    jwks={"keys": []},
)
"""An issuer like any other, except that it has no keys: it lets in whoever picks a name from the table above."""


def demonstration_invitation(subject: str) -> Invitation | None:
    """Where the table puts one of its people."""
    character = CHARACTERS.get(subject)
    return character.invitation if character else None
