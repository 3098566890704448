"""Plaintext nowhere: canary words walk every path, and are found only in the answers to the people entitled to them.

Real processes: gunicorn, the background worker and a mail server that first refuses. Then every byte that was written is
looked through: the whole database, the session and task tables with it, logs, temporary files, the mails.
"""

import base64
import subprocess

import pytest

from tests.enquiries.installation import PASSPHRASE, PASSWORD, RECEIPT, STAMP, Installation, wait_for

NAME, PHONE, MAIL = "Brimstowe", "07700900456", "zanquilla@merrowgate.example"
MESSAGE, AGAIN, REPLY, NOTE, BEGUN, NEEDS, RULE, FOUND = (
    "Quorvane",
    "Thessimer",
    "Ploverix",
    "Caldriff",
    "Wexmarrow",
    "Halvendish",
    "Ostrafel",
    "Nimbusk",
)
WAY = {"way": "phone", "phone": PHONE, "voicemail": "no", "say_who": "no", "if_others": RULE}
FULL = {"audience": "me", "urgent": "no", "privacy": "on", "name": NAME, "message": MESSAGE, "needs": NEEDS, **WAY}
DESK = "/admin/enquiries/enquiry/"


@pytest.fixture
def site(tmp_path):
    with Installation(tmp_path) as made:
        yield made


def everything_written(site: Installation) -> dict[str, bytes]:
    """Return whatever the installation has written, by where it is."""
    written = {str(path.relative_to(site.folder)): path.read_bytes() for path in site.folder.rglob("*") if path.is_file()}
    url = site.database.environment["DATABASE_URL"]
    if url.startswith("postgres"):
        written["pg_dump"] = subprocess.run(["pg_dump", "--inserts", url], check=True, capture_output=True).stdout
    for number, mail in enumerate(site.mail.received):
        written[f"mail {number}"] = mail.content
    return written


def forms_of(word: str) -> set[bytes]:
    """Return a word as it might lie somewhere: as bytes, in capitals, in hexadecimal, in base 64 at each of its phases."""
    raw = word.encode()
    coded = {base64.b64encode(b"\0" * phase + raw)[4:-4] for phase in range(3)}
    return {raw, raw.upper(), raw.lower(), raw.hex().encode(), *(part for part in coded if len(part) > 6)}


def found(words, written) -> list[tuple[str, str]]:
    """Return which words lie where."""
    return [
        (word, where) for word in words for where, content in written.items() if any(form in content for form in forms_of(word))
    ]


def send_with_slips_and_failures(site, enquirer) -> str:
    """Send an enquiry past a slip, a database error, an error in the view and a mail server that quotes addresses."""
    assert enquirer.write(**{**FULL, "audience": ""})[0] == 422
    stamp = STAMP.search(enquirer.page)[1]
    site.database.write("ALTER TABLE enquiries_notification RENAME TO elsewhere")
    assert enquirer.post("/enquire/", stamp=stamp, **FULL)[0] == 503
    site.queue_due()
    wait_for(lambda: "WorkFailed" in site.log("worker"), "the worker to fail")
    site.database.write("ALTER TABLE elsewhere RENAME TO enquiries_notification")
    broken = "UPDATE enquiries_recipientkey SET public = {}"
    site.database.write("CREATE TABLE kept AS SELECT id, public FROM enquiries_recipientkey")
    site.database.write(broken.format("substr(public, 1, 9)"))
    assert enquirer.post("/enquire/", stamp=stamp, **FULL)[0] == 500
    site.database.write(broken.format("(SELECT kept.public FROM kept WHERE kept.id = enquiries_recipientkey.id)"))
    site.database.write("DROP TABLE kept")
    site.mail.mode = "reject"
    assert enquirer.post("/enquire/", stamp=stamp, **FULL)[0] == 200
    receipt = RECEIPT.search(enquirer.page)[1]
    lost = site.visitor()
    assert lost.post("/enquire/", stamp=stamp, **FULL)[0] == 403  # it brings no token
    return receipt


def work_at_the_desk(site) -> None:
    """Find, open, reveal, note, begin, reply, meet a colleague's change, take a copy, lock, and write to a locked desk."""
    nurse = site.nurse()
    nurse.get(DESK)
    assert NAME in nurse.page
    assert nurse.post(DESK, find=FOUND)[0] == 200
    nurse.post(DESK, find=NAME)
    address = f"{DESK}{reference_in(nurse.page)}/"
    assert MESSAGE in nurse.get(address)[1]
    assert PHONE not in nurse.page
    assert PHONE in nurse.post(f"{address}contact/", read_rules="yes")[1]
    nurse.post(f"{address}note/", text=NOTE, version="1")
    begun = {"begun-reply": BEGUN, "version": "1"}
    assert BEGUN in nurse.post(address, **begun)[1]
    assert BEGUN in nurse.post(f"{address}contact/", read_rules="yes", **begun)[1]
    assert nurse.post(f"{address}reply/", text=REPLY, version="99")[0] == 409
    nurse.post(f"{address}reply/", text=REPLY, version="1")
    assert REPLY in nurse.page
    assert REPLY in nurse.post(f"{address}export/")[1]
    nurse.get(DESK)
    nurse.post(f"{DESK}lock/")
    assert nurse.post(f"{address}reply/", text=REPLY, version="2")[0] == 403  # carried in the answer, and kept nowhere
    assert BEGUN in nurse.post(address, **begun)[1]
    assert nurse.post(DESK, passphrase=f"wrong {PASSPHRASE}")[0] == 403


def come_back(enquirer, receipt) -> None:
    """Mistype the receipt, read the reply, write again, take everything along."""
    enquirer.get("/enquire/reply/")
    assert enquirer.post("/enquire/reply/", receipt="0000-0000-0000-0000")[0] == 422
    assert REPLY in enquirer.post("/enquire/reply/", receipt=receipt)[1]
    assert NOTE not in enquirer.page
    uid = enquirer.page.partition('name="uid" value="')[2][:36]
    assert AGAIN in enquirer.post("/enquire/reply/", receipt=receipt, do="write", text=AGAIN, uid=uid)[1]
    assert MESSAGE in enquirer.post("/enquire/reply/", receipt=receipt, do="download")[1]


def test_words_are_nowhere_but_in_the_answers_to_those_entitled(site):
    enquirer = site.visitor()
    receipt = send_with_slips_and_failures(site, enquirer)
    work_at_the_desk(site)
    come_back(enquirer, receipt)
    mailed = site.visitor()
    assert mailed.write(**{**FULL, "way": "email", "email": MAIL, "email_safe": "yes"})[0] == 200
    second = RECEIPT.search(mailed.page)[1]
    wait_for(lambda: site.mail.began >= 3, "the mail server to refuse")
    site.mail.mode = "accept"
    site.try_mails_again()
    wait_for(lambda: any(mail.rcpt_tos == [MAIL] for mail in site.mail.received), "the mail to the enquirer")

    receipts = [*(receipt, second), *(code.replace("-", "") for code in (receipt, second))]
    words = (NAME, PHONE, MESSAGE, AGAIN, REPLY, NOTE, BEGUN, NEEDS, RULE, FOUND, *receipts, PASSPHRASE, PASSWORD)
    written = everything_written(site)
    assert found(words, written) == []
    assert {where for _, where in found([MAIL], written)} == {where for where in written if is_their_mail(written[where])}
    assert found(["WorkFailed"], written) != []
    assert any(b"enquiries_sealeddocument" in content for content in written.values())


def test_the_search_finds_what_it_looks_for():
    coded = base64.b64encode(b"xx" + MAIL.encode())

    assert found([MAIL, NAME], {"a": coded, "b": NAME.encode().hex().encode(), "c": b"nothing"}) == [(MAIL, "a"), (NAME, "b")]


def reference_in(page: str) -> str:
    """Return the first reference on the desk's list."""
    return page.partition("<tbody>")[2].partition(DESK)[2][:9]


def is_their_mail(content: bytes) -> bool:
    """Say whether something is the mail that the enquirer asked for."""
    return content.startswith(b"Content-Type") and f"To: {MAIL}".encode() in content
