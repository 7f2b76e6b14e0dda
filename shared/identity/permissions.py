"""Which roles may do what: the one table that every route points into."""

from shared.identity.person import Person, Role

SOCIAL_WORKER = Role.SOCIAL_WORKER
OFFICER = Role.PLACEMENTS_OFFICER
APPROVER = Role.APPROVER
COMMISSIONER = Role.COMMISSIONER
ANALYST = Role.ANALYST
FINANCE = Role.FINANCE
PROVIDER = Role.PROVIDER_MANAGER
ADMINISTRATOR = Role.ADMINISTRATOR
SYSTEM = Role.SYSTEM

PERMISSIONS: dict[str, frozenset[Role]] = {
    name: frozenset(roles)
    for name, roles in {
        "referrals:write_children": {SOCIAL_WORKER, OFFICER, SYSTEM},
        "referrals:submit": {SOCIAL_WORKER, OFFICER, SYSTEM},
        "referrals:command": {SOCIAL_WORKER, OFFICER, SYSTEM},
        "referrals:import": {COMMISSIONER, ANALYST, ADMINISTRATOR, SYSTEM},
        "referrals:read": {SOCIAL_WORKER, OFFICER, APPROVER, SYSTEM},
        "referrals:know": {SOCIAL_WORKER, OFFICER, APPROVER, PROVIDER, SYSTEM},
        "referrals:consider": {OFFICER, APPROVER},
        "referrals:decide": {APPROVER},
        "referrals:set_deadlines": {COMMISSIONER},
        "providers:register": {COMMISSIONER, OFFICER, ADMINISTRATOR},
        "providers:manage_homes": {PROVIDER, COMMISSIONER},
        "providers:post_vacancies": {PROVIDER},
        "providers:award_contracts": {COMMISSIONER},
        "providers:command": {PROVIDER, COMMISSIONER, OFFICER, ADMINISTRATOR},
        "providers:import": {COMMISSIONER, ADMINISTRATOR},
        "providers:read_welcome": {SOCIAL_WORKER, OFFICER, APPROVER, COMMISSIONER, PROVIDER},
        "providers:read_market": {OFFICER, APPROVER, COMMISSIONER, ANALYST, FINANCE, PROVIDER, SYSTEM},
        "placements:match": {OFFICER, APPROVER},
        "placements:invite": {OFFICER},
        "placements:answer_offers": {PROVIDER},
        "placements:report_stays": {PROVIDER},
        "placements:consider": {SOCIAL_WORKER, SYSTEM},
        "placements:accept": {OFFICER, APPROVER},
        "placements:book": {OFFICER, APPROVER},
        "placements:approve": {APPROVER},
        "placements:place_directly": {SOCIAL_WORKER, OFFICER, APPROVER, SYSTEM},
        "placements:record": {SOCIAL_WORKER, OFFICER, SYSTEM},
        "placements:command": {SOCIAL_WORKER, OFFICER, APPROVER, PROVIDER, SYSTEM},
        "placements:import": {COMMISSIONER, ANALYST, ADMINISTRATOR, SYSTEM},
        "placements:export": {COMMISSIONER, ANALYST, ADMINISTRATOR, SYSTEM},
        "placements:read": {SOCIAL_WORKER, OFFICER, APPROVER, PROVIDER, SYSTEM},
        "placements:check": {SOCIAL_WORKER, OFFICER, APPROVER, COMMISSIONER, ANALYST, SYSTEM},
        "placements:declare_coverage": {COMMISSIONER},
        "metrics:read": {OFFICER, APPROVER, COMMISSIONER, ANALYST, FINANCE, SYSTEM},
        "metrics:set_targets": {COMMISSIONER},
        "metrics:rebuild": {ADMINISTRATOR},
        "events:read": {SYSTEM},
        "spine:observe": {ADMINISTRATOR, SYSTEM},
        "spine:operate": {ADMINISTRATOR},
        "audit:verify": {ADMINISTRATOR},
    }.items()
}


def allows(permission: str, person: Person) -> bool:
    """Whether any of a person's roles includes this; whose record it is, the stored record decides afterwards."""
    return not PERMISSIONS[permission].isdisjoint(person.roles)
