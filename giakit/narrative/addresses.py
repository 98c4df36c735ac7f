"""Which addresses a published report may link to."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

_WEB = {"http", "https"}
_OTHER = {"mailto", "tel"}
_KEPT = "!$&'()*+,;=:@/?%-._~"


def check_address(address: str) -> str | None:
    """Return an address in plain ASCII if it is one of the web, of mail or a telephone number, else ``None``.

    User names before the host are refused: ``https://www.gov.cn@elsewhere`` leads elsewhere.

    >>> check_address("https://www.gov.cn/年报"), check_address("javascript:alert(1)"), check_address("www.gov.cn")
    ('https://www.gov.cn/%E5%B9%B4%E6%8A%A5', None, None)
    """
    try:
        parts = urlsplit(address)
        host = parts.netloc.encode("idna").decode("ascii")
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return None
    web = parts.scheme in _WEB and parts.hostname and not set(parts.netloc) & set("@\\ ")
    other = parts.scheme in _OTHER and parts.path and not parts.netloc
    if not (web or other):
        return None
    rest = (quote(part, safe=_KEPT) for part in parts[2:])
    return urlunsplit((parts.scheme, host, *rest))
