"""Asks a server on this machine whether it lives, for a container's health check: `python clinic_site/probe.py [path]`.

It uses the standard library only, so that asking costs next to nothing.
"""

import http.client
import os
import sys


def main() -> int:
    """Return 0 if the path, /healthz by default, is answered with 200."""
    host, port = os.environ.get("ALLOWED_HOSTS", "localhost").partition(",")[0].lstrip("."), os.environ.get("PORT", "8000")
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=3)
    try:
        connection.request("GET", sys.argv[1] if len(sys.argv) > 1 else "/healthz", headers={"Host": host})
        return 0 if connection.getresponse().status == http.client.OK else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
