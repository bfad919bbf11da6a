"""How the bytes of a file stand for text: decided while they stream by."""

import codecs

_SAMPLE_BYTES = 64 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
# control characters that text does not hold; tab, line ends, form feed and escape are text
_CONTROLS = bytes(c for c in range(32) if c not in (8, 9, 10, 11, 12, 13, 27))


class EncodingDetector:
    """Feed every chunk in order, then ask `encoding()` and `lines`."""

    def __init__(self) -> None:
        self._sample = b""
        self._binary = False
        self._ascii = True
        self._decoder: codecs.IncrementalDecoder | None = None
        self._wide: str | None = None
        self._started = False
        self._tail = b""
        self._newlines = 0
        self._carriage_returns = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
        if self._binary or not chunk:
            return
        if not self._started:
            self._start(chunk)
        if self._wide is not None:
            self._feed_wide(chunk)
            return
        if b"\0" in chunk or self._controls(chunk):
            self._binary = True
            return
        self._newlines += chunk.count(b"\n")
        self._tail = chunk[-1:]
        if b"\r" in chunk:
            self._carriage_returns += chunk.count(b"\r")
        if self._ascii and chunk.isascii():
            return
        self._ascii = False
        if len(self._sample) < _SAMPLE_BYTES:
            self._sample += chunk[: _SAMPLE_BYTES - len(self._sample)]
        self._decode(chunk)

    @property
    def lines(self) -> int:
        """Lines so far; a last line without an end counts, and lone carriage returns end lines."""
        ends = self._newlines or self._carriage_returns
        open_line = bool(self._tail) and self._tail not in (b"\n", b"\r")
        return ends + (1 if open_line else 0)

    def encoding(self) -> str | None:
        """The IANA-style name in lower case, or None for binary content."""
        if self._binary:
            return None
        if not self._started:
            return "us-ascii"
        if self._wide is not None:
            return self._finish_wide()
        if self._ascii:
            return "us-ascii"
        if self._decoder is not None and self._ends_well(self._decoder):
            return "utf-8"
        return _guess(self._sample)

    def _start(self, chunk: bytes) -> None:
        self._started = True
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        for mark, name, _ in _BOMS:
            if chunk.startswith(mark) and name != "utf-8":
                self._wide = name
                self._decoder = codecs.getincrementaldecoder(name)()
                return

    def _feed_wide(self, chunk: bytes) -> None:
        if self._decoder is None:
            return
        try:
            text = self._decoder.decode(chunk)
        except UnicodeDecodeError:
            self._binary = True
            return
        if "\0" in text:
            self._binary = True
            return
        self._newlines += text.count("\n")
        if text:
            self._tail = b"\n" if text[-1] in "\r\n" else b"x"

    def _finish_wide(self) -> str | None:
        if self._decoder is None or not self._ends_well(self._decoder):
            return None
        return "utf-16" if str(self._wide).startswith("utf-16") else "utf-32"

    def _controls(self, chunk: bytes) -> bool:
        if self._tail:  # the first chunk decides; NUL is looked for in all
            return False
        return len(chunk.translate(None, _CONTROLS)) != len(chunk)

    def _decode(self, chunk: bytes) -> None:
        if self._decoder is None:
            return
        try:
            self._decoder.decode(chunk)
        except UnicodeDecodeError:
            self._decoder = None

    @staticmethod
    def _ends_well(decoder: codecs.IncrementalDecoder) -> bool:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True


def _guess(sample: bytes) -> str | None:
    """What an 8-bit or multi-byte text most likely is; None when it looks like no text at all."""
    if _looks_western(sample):
        return "windows-1252" if any(0x80 <= byte <= 0x9F for byte in sample) else "iso-8859-1"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, threshold=0.3).best()
    if best is None:
        return None
    names = {best.encoding, *best.could_be_from_charset}
    # a western text that both fit is Latin-1 unless it uses what only Windows has there
    if names & {"latin_1", "cp1252", "iso8859_15"}:
        return "windows-1252" if any(0x80 <= byte <= 0x9F for byte in sample) else "iso-8859-1"
    return _iana(best.encoding)


def _looks_western(sample: bytes) -> bool:
    """A few accented letters and signs among many plain ones; statistics fail where there is so little to count."""
    high = [byte for byte in sample if byte >= 0x80]
    letters = sum(65 <= byte <= 90 or 97 <= byte <= 122 for byte in sample)
    if len(high) > _FEW or len(high) * 3 > letters or any(byte in _NOT_IN_1252 for byte in high):
        return False
    text = sample.decode("cp1252", "replace")
    accented = [place for place, letter in enumerate(text) if letter >= "\xc0" and letter.isalpha()]
    beside = sum(
        text[max(0, place - 1)].isascii() or text[place + 1 : place + 2].isascii() for place in accented
    )
    return beside == len(accented)


_FEW = 64
_NOT_IN_1252 = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})


def _iana(python_name: str) -> str:
    known = {"utf_8": "utf-8", "gb18030": "gb18030", "big5": "big5", "shift_jis": "shift_jis"}
    if python_name in known:
        return known[python_name]
    if python_name.startswith("cp125"):
        return f"windows-{python_name[2:]}"
    if python_name.startswith("iso8859_"):
        return f"iso-8859-{python_name[8:]}"
    return python_name.replace("_", "-")
