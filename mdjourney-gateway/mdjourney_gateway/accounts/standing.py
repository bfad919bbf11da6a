"""What becomes of somebody's roles in projects, as their account says."""

from functools import cache

from mdjourney_gateway.accounts.people import Account, Accounts
from mdjourney_store.roles import Standing, Standings


def standing_of(account: Account | None) -> Standing:
    """Of one account; None: there is none."""
    if account is None:
        return "unknown"
    if account.disabled:
        return "disabled"
    return "reads" if account.role == "reader" else "acts"


def standings(accounts: Accounts) -> Standings:
    """Of everybody, as it is when first asked: for one decision."""

    @cache
    def now() -> dict[tuple[str, str], Account]:
        return {(each.user_id, each.domain): each for each in accounts.all()}

    return lambda user_id, domain: standing_of(now().get((user_id, domain)))
