"""What of a metadata document may go into the store: no NUL, no NaN, no half characters, no secrets."""

import math
import re
from typing import Any, Final

#: A key that ends like this holds something that opens doors.
_SECRET_KEY: Final = re.compile(
    r"(?:^|[_\-. ])(?:password|passwd|passphrase|secret|token|api[_\-]?key|access[_\-]?key|private[_\-]?key|"
    r"authorization|credentials?)$",
    re.IGNORECASE,
)
_SECRET_IN_URL: Final = re.compile(r"(?P<before>[a-z][a-z0-9+.\-]*://[^\s/:@]*):[^\s/@]+@", re.IGNORECASE)
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
MASK: Final = "***"


def clean(value: Any) -> Any:
    """`value` (anything JSON can say) as jsonb accepts it and as everybody may read it.

    NUL and lone surrogates become U+FFFD, NaN and infinities the strings `NaN`, `Infinity`, `-Infinity`; values
    under keys such as `password` or `db_token`, and passwords inside URLs, become `***`.
    """
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, dict):
        return {clean_text(str(key)): _member(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return value


def clean_text(text: str) -> str:
    """One string without what PostgreSQL refuses and without passwords in URLs."""
    text = _UNSTORABLE.sub("\ufffd", text)
    return _SECRET_IN_URL.sub(rf"\g<before>:{MASK}@", text) if "://" in text else text


def _member(key: str, value: Any) -> Any:
    if isinstance(value, str) and value and _SECRET_KEY.search(key):
        return MASK
    return clean(value)
