"""Sign-in by a reverse proxy: which proxies are believed, and what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """Believes one header of requests that come straight from one of these networks, and no other."""

    header: bytes
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def of(cls, header: str | None, networks: Sequence[str]) -> "TrustedProxies | None":
        """None unless the operator named both a header and at least one proxy."""
        if header is None or not networks:
            return None
        return cls(header.encode(), tuple(ip_network(each) for each in networks))

    def believes(self, address: str) -> bool:
        """Whether the other end of the connection is one of the proxies."""
        return _inside(address, self.networks)


@lru_cache(maxsize=1024)
def _inside(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)
