"""What of a metadata document may go into the store: no NUL, no NaN, no half characters, no secrets."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

MASK: Final = "***"
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")

#: Words of a key: `dbPassword`, `DB_PASSWORD2` and `db-password ` are `db`, `password`.
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: A key that ends with one of these holds something that opens doors.
_SECRET: Final = frozenset(
    [
        "password",
        "passwords",
        "passwd",
        "pwd",
        "passphrase",
        "passphrases",
        "secret",
        "secrets",
        "token",
        "apikey",
        "apikeys",
        "authorization",
        "credential",
        "credentials",
        "cookie",
        "cookies",
    ]
)
_SECRET_KEYS: Final = frozenset({"api", "access", "private", "secret", "signing", "encryption"})
#: Of these a number is a number.
_COUNTED: Final = frozenset({"token", "cookies"})
_NAMED: Final = r"(?:password|passwd|pwd|passphrase|secret|token|(?:api|access|private|secret)[_-]?key)"
#: An argument of a command whose value is the next one.
_ARGUMENT: Final = re.compile(rf"--?[\w-]*{_NAMED}", re.IGNORECASE)
# bounded everywhere: no text may take longer than in proportion to its length
_IN_TEXT: Final = (
    # `password=...`, also at the end of a name or in the text of a connection; `token=512` counts something
    (
        re.compile(
            rf"(?<![^\W_])({_NAMED}\d{{0,9}}\s{{0,9}}=\s{{0,9}})(?:(?<!oken=)(?=\d)|(?!\d+\b))"
            r"(?:\"[^\"]*\"|'[^']*'|[^\s;,&\"']+)",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    (
        re.compile(
            r"\b(bearer\s{1,9}|authorization:\s{0,9}\w{1,20}\s{1,9})(?=\S{0,400}\d)[\w.~+/=-]{8,}",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        MASK,
    ),
    # up to the last `@`, for passwords that hold one; what begins like a port is none
    (
        re.compile(
            r"([a-z0-9+.\-]{1,30}://[^\s/:@\"'<>]{0,250}):(?!\d{1,5}(?:[/?#]|$))[^\s\"'<>]{0,250}@",
            re.IGNORECASE,
        ),
        rf"\1:{MASK}@",
    ),
)
#: Texts without any of these are left alone.
_SIGNS: Final = ("=", "://", "earer", "EARER", "uthorization", "PRIVATE KEY")


def clean(value: Any) -> Any:
    """`value` (anything JSON can say) as jsonb accepts it and as everybody may read it.

    NUL and lone surrogates become U+FFFD, NaN and infinities the strings `NaN`, `Infinity`, `-Infinity`. Whatever stands
    under keys such as `password`, `dbToken` or `private key`, passwords in web addresses, in `name=value` and after an
    argument of that name, bearer tokens and private keys become `***`.
    """
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, dict):
        return {clean_text(str(key)): _member(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return list(_items(value))
    return value


def clean_text(text: str) -> str:
    """One string without what PostgreSQL refuses and without secrets."""
    text = _UNSTORABLE.sub("\ufffd", text)
    if any(sign in text for sign in _SIGNS):
        for pattern, masked in _IN_TEXT:
            text = pattern.sub(masked, text)
    return text


def _items(values: Sequence[Any]) -> Iterator[Any]:
    named = False
    for value in values:
        yield MASK if named and isinstance(value, str) and value else clean(value)
        named = isinstance(value, str) and _ARGUMENT.fullmatch(value) is not None


def _member(key: str, value: Any) -> Any:
    words = [word.lower() for word in _WORDS.findall(key)]
    last = words[-1] if words else ""
    secret = last in _SECRET or "".join(words[-2:]) in _SECRET
    secret |= last in {"key", "keys"} and len(words) > 1 and words[-2] in _SECRET_KEYS
    if not secret or value is None or isinstance(value, bool) or value in ("", [], {}):
        return clean(value)
    return clean(value) if isinstance(value, int | float) and last in _COUNTED else MASK
