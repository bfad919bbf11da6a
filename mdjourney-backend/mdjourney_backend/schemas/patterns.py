"""Recognises patterns that backtracking engines (a browser's) need exponential time for."""

import re
from dataclasses import dataclass

_ATOM = re.compile(r"\\(?:[pPux]\{[^}]*\}|.)|\[\^?\]?(?:\\.|[^\]\\])*\]|[^()|]", re.DOTALL)
_QUANTIFIER = re.compile(r"(?:([*+?])|\{(\d+)(,?)(\d*)\})[?+]?")
_GROUP = re.compile(r"\((?:\?(?:P?<[A-Za-z_]\w*>|[imsU-]*:))?")
_WIDTHLESS = {"^", "$", r"\b", r"\B", r"\A", r"\z", r"\Z"}


def explodes(pattern: str) -> bool:
    """Whether an unbounded repetition holds nothing but repetitions, as in `(a+)+` or `(a*b*)*`.

    The pattern is one that re2 has compiled, so its brackets are known to match.
    """
    scan = _Scan(pattern)
    scan.alternatives()
    return scan.found


@dataclass
class _Scan:
    pattern: str
    at: int = 0
    found: bool = False

    def alternatives(self) -> bool:
        """Read up to the closing bracket; whether some branch holds nothing but repetitions."""
        only = False
        while True:
            only = self._branch() or only
            if self.pattern[self.at : self.at + 1] != "|":
                return only
            self.at += 1

    def _branch(self) -> bool:
        unbounded, fixed = False, False
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            inner = self._atom()
            if inner is None:
                continue
            least, endless = self._quantifier()
            self.found = self.found or (inner and endless)
            unbounded = unbounded or endless or (inner and least > 0)
            fixed = fixed or not (endless or inner or least == 0)
        return unbounded and not fixed

    def _atom(self) -> bool | None:
        """Whether the next atom is a group of nothing but repetitions; None for one without width."""
        if group := _GROUP.match(self.pattern, self.at):
            self.at = group.end()
            inner = self.alternatives()
            self.at += 1
            return inner
        match = _ATOM.match(self.pattern, self.at)
        text = match[0] if match else self.pattern[self.at]
        self.at += len(text)
        return None if text in _WIDTHLESS else False

    def _quantifier(self) -> tuple[int, bool]:
        """The least number of times, and whether there is no most."""
        match = _QUANTIFIER.match(self.pattern, self.at)
        if not match:
            return 1, False
        self.at = match.end()
        if match[1]:
            return (1 if match[1] == "+" else 0), match[1] in "*+"
        return int(match[2]), match[3] == "," and not match[4]
