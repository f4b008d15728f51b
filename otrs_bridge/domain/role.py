"""Who may do what on the operator's page: each role may whatever the one before it may."""

from __future__ import annotations

from typing import Final, Literal, get_args

# reader: sees everything / approver: decides about plans, takes runs back / admin: the same, and whatever is to come.
Role = Literal["reader", "approver", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


def may(role: Role, needed: Role) -> bool:
    """Whether somebody of this role may do what needs `needed`."""
    return ROLES.index(role) >= ROLES.index(needed)
