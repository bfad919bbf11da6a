"""Changes an account without leaving projects behind that nobody but the platform's admins can administer."""

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from mdjourney_contract.problems import Conflict, Unavailable
from mdjourney_gateway.accounts import Account, Accounts
from mdjourney_gateway.accounts.standing import standing_of, standings
from mdjourney_gateway.metadata_store import MetadataStore
from mdjourney_store import roles

#: Nobody is kept in because the store is slow.
_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Changed:
    """An account after a change, and what it means for projects.

    Attributes:
        left: `project_id` and `name` of projects without an admin who can act now.
        not_checked: why that could not be seen; None: it was.
    """

    account: Account
    left: list[dict[str, Any]]
    not_checked: str | None = None


def change_account(
    accounts: Accounts, store: MetadataStore, user_id: str, changes: Mapping[str, Any], *, force: bool
) -> Changed:
    """As `Accounts.change`.

    Args:
        force: also when projects lose the last admin who can act.

    Raises:
        Conflict: they would; `projects` names them.
    """
    before = accounts.get(user_id)
    asked = {name: changes[name] for name in ("role", "disabled") if name in changes}
    if standing_of(before) != "acts" or standing_of(replace(before, **asked)) == "acts":
        return Changed(accounts.change(user_id, changes), [])
    with ExitStack() as held:
        try:
            left = held.enter_context(
                roles.held_alone(store.store(), user_id, before.domain, standings(accounts), _SECONDS)
            )
        except Unavailable as exc:
            return Changed(accounts.change(user_id, changes), [], exc.detail)
        if left and not force:
            raise _would_leave(user_id, left)
        changed = Changed(accounts.change(user_id, changes), left)
        with suppress(Unavailable):  # nothing was written there: it only had to stand still until here
            held.close()
    return changed


def _would_leave(user_id: str, left: list[dict[str, Any]]) -> Conflict:
    named = ", ".join(each["name"] or each["project_id"] for each in left[:5])
    more = f" and {len(left) - 5} more" if len(left) > 5 else ""
    return Conflict(
        f"{user_id!r} is the only one who can administer {named}{more}: give somebody else the role first,"
        ' or ask with "force": true',
        code="last-project-admin",
        projects=left[:100],
    )
