"""A finished page in every encoding, and which of its answers a request should get."""

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import brotli

Headers = list[tuple[str, str]]

#: Browsers and caches in front ask again after seconds, show what they have while they ask, and for an hour if we are down.
CACHE_CONTROL = "public, max-age=5, stale-while-revalidate=30, stale-if-error=3600"
#: The headers that this module writes itself.
OWN = {"cache-control", "content-encoding", "content-length", "etag", "vary"}
BROTLI_QUALITY = 6  # 2 ms for a long article, and within 5 % of the best, which takes 60 ms
BROTLI_WINDOW = 16  # bits: 64 KB, which holds a page. The usual 4 MB would cost each thread 3 MB of memory, and saves no byte
GZIP_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """A page in one encoding. The entity tag is the same in every process, because it is made of the page's bytes."""

    etag: str
    body: bytes
    headers: Headers
    not_modified: Headers  # the headers of a 304


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the encodings that browsers know, with the version of the content that it shows."""

    version: object
    status: str  # with its reason, such as "200 OK"
    answers: dict[str, Answer]
    size: int

    @property
    def is_kept(self) -> bool:
        """Whether it is a page, and not a redirect or an address that leads nowhere, of which there are countless ones."""
        return self.status.startswith("200")


def make_page(version: object, status: str, headers: Headers, body: bytes) -> Page:
    """Return the page with this body, which must not be encoded yet; `status` and `headers` are Django's."""
    digest = hashlib.sha256(body).hexdigest()[:24]
    bodies = {
        "br": brotli.compress(body, quality=BROTLI_QUALITY, lgwin=BROTLI_WINDOW),
        "gzip": gzip.compress(body, GZIP_LEVEL, mtime=0),
        "": body,
    }
    others = [(name, value) for name, value in headers if name.lower() not in OWN]
    control = _cache_control(headers) if status.startswith("200") else "no-cache"
    answers = {encoding: _answer(encoding, digest, encoded, others, control) for encoding, encoded in bodies.items()}
    return Page(version, status, answers, sum(len(answer.body) for answer in answers.values()))


def _cache_control(headers: Headers) -> str:
    """Return how long others may keep a page: as Django says of what never changes at its address, such as a picture."""
    said = next((value for name, value in headers if name.lower() == "cache-control"), "")
    return said if "immutable" in said else CACHE_CONTROL


def _answer(encoding: str, digest: str, body: bytes, others: Headers, control: str) -> Answer:
    etag = f'"{digest}-{encoding}"' if encoding else f'"{digest}"'
    common = [("ETag", etag), ("Cache-Control", control), ("Vary", "Accept-Encoding")]
    encoded = [("Content-Encoding", encoding)] if encoding else []
    return Answer(etag, body, [*others, *common, *encoded, ("Content-Length", str(len(body)))], common)


@lru_cache(maxsize=256)
def best_encoding(accepted: str) -> str:
    """Return the encoding to answer with, "br", "gzip" or "" for none, to this Accept-Encoding header."""
    weights = dict(_weights(accepted))
    found = [encoding for encoding in ("br", "gzip") if weights.get(encoding, weights.get("*", 0.0)) > 0]
    return max(found, key=lambda encoding: weights.get(encoding, weights.get("*", 0.0)), default="")


def _weights(accepted: str) -> Iterable[tuple[str, float]]:
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        yield name.strip(), _number(weight.strip().removeprefix("q=")) if weight else 1.0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def has_tag(if_none_match: str, etag: str) -> bool:
    """Whether the header names this entity tag; weakly, as RFC 9110 section 13.1.2 compares here."""
    tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return any(tag in (etag, "*") for tag in tags)
