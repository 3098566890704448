"""Who a request comes from."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address that a request comes from: the last that the trusted proxy named, or the connection's own."""
    named = request.META.get(settings.CLIENT_ADDRESS_HEADER, "") if settings.CLIENT_ADDRESS_HEADER else ""
    return named.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def client_line(request: HttpRequest) -> str:
    """Return what stands for the line that a request comes by: its address, or with IPv6 its /64, of which a line has all."""
    address = client_address(request)
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or IPv6Network((ip.packed, 64), strict=False).network_address)
