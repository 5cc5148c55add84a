"""What can be done to users, their roles and their sign-ins."""

from kechuang.office.accounts.services.memberships import (
    grant_membership,
    revoke_membership,
)
from kechuang.office.accounts.services.people import (
    change_user,
    checked_phone,
    create_user,
    deactivate_user,
    keep_password,
    link_identity,
    place_of,
    reactivate_user,
    reset_password,
    unlink_identity,
)
from kechuang.office.accounts.services.signing import (
    end_own_session,
    end_session,
    end_sessions_of,
    lift_lockout,
    reset_factor,
    switch_role,
)

__all__ = [
    "change_user",
    "checked_phone",
    "create_user",
    "deactivate_user",
    "end_own_session",
    "end_session",
    "end_sessions_of",
    "grant_membership",
    "keep_password",
    "lift_lockout",
    "link_identity",
    "place_of",
    "reactivate_user",
    "reset_factor",
    "reset_password",
    "revoke_membership",
    "switch_role",
    "unlink_identity",
]
