"""Says whether an enquiry looks like spam. What does is kept apart for a person to judge, and never dropped.

It may come from somebody frightened, in a hurry, without JavaScript, on a network that many share.
"""

import hashlib

from django.http import HttpRequest

from enquiries import abuse

WORK_BITS = 14  # what the browser proves takes a phone about half a second, and the server one hash
A_DAY = 10  # enquiries from one connection in a day
A_DAY_WITHOUT_WORK = 4


def suspicious(request: HttpRequest, *, stamp: str, quick: bool) -> bool:
    """Say whether an enquiry should be held. It counts the enquiry, so ask once for each."""
    sent = abuse.count("enquiry", request)
    work = request.POST.get("work", "")
    proven = proves_work(stamp, work)
    limit = A_DAY if proven else A_DAY_WITHOUT_WORK
    return bool(request.POST.get("website")) or quick or (work != "" and not proven) or sent > limit


def proves_work(stamp: str, work: str) -> bool:
    """Say whether `work` is a number that makes the hash of the form's stamp begin with enough zero bits."""
    if not (work.isascii() and work.isdecimal() and len(work) <= 12):
        return False
    digest = hashlib.sha256(f"{stamp}:{work}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - WORK_BITS) == 0
