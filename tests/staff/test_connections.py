"""Who a request comes from, and by which line."""

import pytest

from staff.connections import client_address, client_line


def test_address_comes_from_the_header_only_where_a_proxy_is_trusted(rf, settings):
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2")

    assert client_address(request) == "10.0.0.1"
    settings.CLIENT_ADDRESS_HEADER = "HTTP_X_FORWARDED_FOR"
    assert client_address(request) == "2.2.2.2"


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("a unix socket", "a unix socket"),
        ("", ""),
    ],
)
def test_line_is_the_address_or_the_first_half_of_one(rf, address, line):
    assert client_line(rf.get("/", REMOTE_ADDR=address)) == line
