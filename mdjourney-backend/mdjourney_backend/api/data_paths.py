"""Paths of data files in addresses: a name may hold any character, a line break too."""

from typing import Final

from starlette.convertors import Convertor, register_url_convertor


class _DataPath(Convertor[str]):
    """As `path`, whose dot stops at line breaks."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


# routes are compiled while their modules are imported, so their words must be known by then
register_url_convertor("datapath", _DataPath())

#: The end of an address that names a data file of a dataset.
DATA_PATH: Final = "{path:datapath}"
