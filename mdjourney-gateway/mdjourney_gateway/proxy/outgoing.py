"""A person's request as it is written to a backend."""

import re

from mdjourney_contract.launch import REQUEST_ID_HEADER, USER_HEADER
from mdjourney_contract.problems import BadRequest
from mdjourney_gateway.arrival import Arrival, Scope
from mdjourney_gateway.proxy.headers import passed_in
from mdjourney_gateway.proxy.target import Target

_CLEAN_TARGET = re.compile(rb"[!-~\x80-\xff]+\Z")
_METHOD = re.compile(r"[A-Z]+\Z")
_USER = USER_HEADER.encode() + b": "
_REQUEST_ID = b"\r\n" + REQUEST_ID_HEADER.encode() + b": "


class Outgoing:
    """Method, head and how the body is framed."""

    __slots__ = ("chunked", "has_body", "head", "length", "method")

    def __init__(self, method: str, head: bytes, length: bytes | None, chunked: bool) -> None:
        self.method = method
        self.head = head
        self.length = length
        self.chunked = chunked
        self.has_body = chunked or length not in (None, b"0")

    @classmethod
    def read(cls, scope: Scope, arrival: Arrival, target: Target) -> "Outgoing":
        method: str = scope["method"]
        path: bytes = scope["raw_path"]
        query: bytes = scope["query_string"]
        where = path + b"?" + query if query else path
        if not _CLEAN_TARGET.match(where) or not _METHOD.match(method):
            raise BadRequest("the request line has characters that may not stand in it")
        headers = scope["headers"]
        length = next((value for name, value in headers if name == b"content-length"), None)
        chunked = length is None and any(name == b"transfer-encoding" for name, _ in headers)
        lines = [method.encode(), b" ", where, b" HTTP/1.1\r\n", target.own_headers]
        for name, value in passed_in(headers):
            lines += (name, b": ", value, b"\r\n")
        if chunked:
            lines.append(b"transfer-encoding: chunked\r\n")
        elif length is not None:
            lines += (b"content-length: ", length, b"\r\n")
        lines += (_USER, arrival.person.user_header, _REQUEST_ID, arrival.request_id.encode(), b"\r\n\r\n")
        return cls(method, b"".join(lines), length, chunked)
