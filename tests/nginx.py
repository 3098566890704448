"""Puts a configuration of nginx that we hand out into a folder, to be run there as it is but for its addresses."""

import os
import socket
from pathlib import Path

from tests.programs import find

HANDED_OUT = Path(__file__).resolve().parents[1] / "deploy" / "nginx"
FRAME = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
worker_processes {workers};
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/other;
    uwsgi_temp_path {folder}/other;
    scgi_temp_path {folder}/other;
    {more}
    {site}
}}
"""


def command(
    folder: Path, name: str, port: int, replaced: dict[str, str], more: str = "", workers: int = 1, plain: int = 0
) -> list[str]:
    """Write the configuration `name` into `folder`, and return what starts nginx with it, over plain HTTP at `port`.

    Args:
        replaced: what stands in the file, by what stands there instead, besides the port and the folder of the cache.
        more: lines of http{} besides it.
        plain: the port of visitors who are sent to HTTPS; any that is free unless it matters.

    Raises:
        LookupError: if the file has nothing of the kind.
    """
    site = (HANDED_OUT / name).read_text()
    own = {
        "listen 80;": f"listen 127.0.0.1:{plain or _free()};",
        "listen 443 ssl http2": f"listen 127.0.0.1:{port}",
        "server_name clinic.example": "server_name 127.0.0.1",
        "/var/cache/nginx/clinic": str(folder / "cache"),
        "error_log stderr emerg;": "",  # the tests read what nginx says
    }
    for old, new in {**own, **replaced}.items():
        if old not in site:
            raise LookupError(f"{name} has no {old!r}.")
        site = site.replace(old, new)
    # Started by root, nginx would otherwise be somebody who may not read the folder.
    user = "user root;" if os.geteuid() == 0 else ""
    path = folder / "nginx.conf"
    path.write_text(FRAME.format(folder=folder, user=user, workers=workers, more=more, site=site))
    return [str(find("nginx")), "-p", str(folder), "-e", str(folder / "nginx.log"), "-c", str(path)]


def _free() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
