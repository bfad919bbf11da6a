"""The gateway's own memory: accounts, sign-ins, tokens, links, configs and sessions."""

from mdjourney_gateway.state.database import State
from mdjourney_gateway.state.tables import (
    account,
    config,
    config_version,
    key,
    link,
    session,
    sign_in,
    token,
)

__all__ = ["State", "account", "config", "config_version", "key", "link", "session", "sign_in", "token"]
