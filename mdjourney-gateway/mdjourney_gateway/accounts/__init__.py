"""Who people are: accounts, sign-ins, one-time links, API tokens, and the caller behind a request."""

from mdjourney_gateway.accounts.callers import Caller, Callers
from mdjourney_gateway.accounts.links import Links
from mdjourney_gateway.accounts.people import Account, Accounts
from mdjourney_gateway.accounts.sign_ins import SignIns
from mdjourney_gateway.accounts.slowdown import Slowdown
from mdjourney_gateway.accounts.tokens import Tokens
from mdjourney_gateway.accounts.trusted import TrustedProxies

__all__ = [
    "Account",
    "Accounts",
    "Caller",
    "Callers",
    "Links",
    "SignIns",
    "Slowdown",
    "Tokens",
    "TrustedProxies",
]
