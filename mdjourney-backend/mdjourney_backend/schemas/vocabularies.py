"""Lists too long for an enum: the licences of SPDX, and which units read as UCUM."""

import re
from functools import lru_cache

#: UCUM units without their prefixes: those a laboratory meets, metric ones first.
_METRIC = frozenset(
    [
        "m",
        "g",
        "s",
        "A",
        "K",
        "cd",
        "mol",
        "rad",
        "sr",
        "Hz",
        "N",
        "Pa",
        "J",
        "W",
        "C",
        "F",
        "Ohm",
        "S",
        "Wb",
        "V",
        "T",
        "lm",
        "lx",
        "Bq",
        "Gy",
        "Sv",
        "L",
        "l",
        "eV",
        "u",
        "pc",
        "bar",
        "cal",
        "t",
        "kat",
        "Cel",
        "B",
        "By",
        "bit",
        "Bd",
        "osm",
        "eq",
        "U",
        "g%",
        "[iU]",
        "[IU]",
        "dyn",
        "erg",
        "P",
        "St",
        "G",
        "Ci",
        "R",
        "RAD",
        "REM",
        "mho",
        "Bi",
    ]
)
_PLAIN = frozenset(
    [
        "1",
        "%",
        "[ppth]",
        "[ppm]",
        "[ppb]",
        "[pptr]",
        "min",
        "h",
        "d",
        "wk",
        "mo",
        "a",
        "deg",
        "'",
        "''",
        "har",
        "[pi]",
        "[degF]",
        "[in_i]",
        "[ft_i]",
        "[lb_av]",
        "[oz_av]",
        "[mi_i]",
        "atm",
        "mm[Hg]",
        "m[H2O]",
        "[pH]",
        "[CFU]",
        "[PFU]",
        "[ccid_50]",
        "{count}",
        "{cells}",
        "[arb'U]",
        "[hpf]",
        "[drp]",
        "ar",
    ]
)
_PREFIXED = re.compile(
    r"(?:da|[YZEPTGMkhdcmunpfazy]|[KMGT]i)?(?:"
    + "|".join(map(re.escape, sorted(_METRIC, key=len, reverse=True)))
    + r")\Z"
)
_POWER = re.compile(r"10[*^][+-]?[0-9]*\Z|[0-9]+\Z")
_EXPONENT = re.compile(r"(?<=[^0-9+-])[+-]?[0-9]+\Z")
_NOTE = re.compile(r"\{[^{}]*\}")
_SPLIT = re.compile(r"[./](?![^\[]*\])")


def is_ucum(text: str) -> bool:
    """Whether a unit reads as UCUM, such as `mg/L`, `Cel`, `m.s-2`, `10*3/uL`, `{cells}/mL`; rare units may be unknown.

    Advice only: nothing is refused for it.
    """
    bare = _NOTE.sub("", text).replace("(", "").replace(")", "")
    return bool(text.strip()) and not re.search(r"\s", bare) and all(map(_is_factor, _SPLIT.split(bare)))


def _is_factor(part: str) -> bool:
    unit = _EXPONENT.sub("", part)
    return not part or bool(_POWER.match(part)) or unit in _PLAIN or bool(_PREFIXED.match(unit))


@lru_cache(maxsize=1)
def spdx_licences() -> tuple[str, ...]:
    """The identifiers of every current licence of the SPDX list, those for data first."""
    from license_expression import get_license_index

    found = {
        str(entry["spdx_license_key"])
        for entry in get_license_index()
        if entry.get("spdx_license_key") and not entry.get("is_deprecated") and not entry.get("is_exception")
    }
    data = ("CC", "ODbL", "PDDL", "ODC")
    listed = (key for key in found if not key.startswith("LicenseRef-"))
    return tuple(sorted(listed, key=lambda key: (not key.startswith(data), key.casefold())))
