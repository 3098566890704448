"""What the site keeps, for how long, and what erases it: every table of the database, and what lies outside it.

All times are read from the settings and constants that the software itself obeys, so the schedule cannot say otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from content import reading
from enquiries import formstamp, outbox
from enquiries import schedules as enquiry_schedules
from enquiries.desk import session as desk_session
from enquiries.models import DeskSettings
from operations import alerts
from operations import schedules as site_schedules
from staff import browsers, invitations, sessions

NEVER = "for as long as the site runs"
CLINIC = "▢ **Clinic:**"
UNITS = ((24 * 60 * 60, "day"), (60 * 60, "hour"), (60, "minute"))


@dataclass(frozen=True)
class Kept:
    """One kind of thing that is kept, and the tables that hold it, if it is in the database."""

    what: str
    how_long: str
    ends: str
    tables: tuple[str, ...] = ()


def schedule() -> dict[str, list[Kept]]:
    """Return what is kept, by what it is about."""
    return {
        "Enquiries": [*_enquiries(DeskSettings.load())],
        "Limits against misuse": [*_limits()],
        "Staff": [*_staff()],
        "Pages": [*_pages()],
        "The site itself": [*_site()],
        "Outside the database": [*_outside()],
    }


def _enquiries(desk: DeskSettings) -> Iterator[Kept]:
    closed, spam, quiet = (_days(days) for days in (desk.keep_closed_days, desk.keep_spam_days, desk.quiet_days))
    hourly = f"the worker, {_every(enquiry_schedules.EVERY['erase'])}; the enquirer at once, by receipt"
    yield Kept(
        "Closed enquiry: clear facts, sealed documents, wrapped keys, notices",
        f"{closed} after it was closed; spam {spam}",
        f"{hourly}; a restore erases again what had been erased",
        (
            "enquiries_enquiry",
            "enquiries_sealeddocument",
            "enquiries_wrappedkey",
            "enquiries_notification",
        ),
    )
    yield Kept("Answered enquiry", f"until {quiet} without a word, then it is closed, and kept as above", hourly)
    yield Kept(
        "Enquiry that waits for the clinic",
        "until somebody answers or closes it: it escalates",
        "staff; the enquirer at once, by receipt",
    )
    yield Kept(
        "Address of an enquirer who asked for mail, encrypted, in the notice",
        f"until the mail has gone, {_time(outbox.LATE)} at most",
        f"the worker, when it sends or gives up; it looks {_every(enquiry_schedules.EVERY['send_due'])}",
    )
    yield Kept(
        "Who has an enquiry on their screen",
        _time(desk_session.IDLE),
        f"the worker, {_every(enquiry_schedules.EVERY['tidy'])}",
        ("enquiries_viewing",),
    )
    yield Kept(
        "Record of access: act, time, reference, member of staff; nothing of an enquirer",
        NEVER,
        "nothing: it is append-only. " + CLINIC + " agree how long you need it",
        ("enquiries_accessentry", "enquiries_audithead"),
    )
    yield Kept(
        "Line about an erased enquiry: reference, day of arrival, time and cause of erasure",
        NEVER,
        "nothing: it keeps a backup from bringing the enquiry back",
        ("enquiries_erasedenquiry",),
    )
    yield Kept(
        "Teams, their members, rules, desk settings",
        "until changed",
        "managers",
        (
            "enquiries_team",
            "enquiries_team_escalate_to",
            "enquiries_membership",
            "enquiries_routingrule",
            "enquiries_desksettings",
        ),
    )
    yield Kept(
        "Stamp in an open form (in the page only)", _time(timedelta(seconds=formstamp.GOOD_FOR)), "its signature runs out"
    )


def _limits() -> Iterator[Kept]:
    tidy = f"the worker, {_every(enquiry_schedules.EVERY['tidy'])}"
    yield Kept("Count of what one connection sent, under a salted code", "until midnight", tidy, ("enquiries_tally",))
    yield Kept(
        "Salt of a day, without which its codes are nobody's", "until the end of the next day", tidy, ("enquiries_dailysalt",)
    )
    yield Kept(
        "Counters of sign-in attempts, under a code made with the site's secret",
        "until the time of the limit is over, some minutes",
        f"the worker, {_every(site_schedules.EVERY['tidy'])} (or Redis, by itself)",
        ("counters",),
    )


def _staff() -> Iterator[Kept]:
    idle, most = _time(sessions.IDLE), _time(timedelta(seconds=settings.SESSION_COOKIE_AGE))
    worker = f"the worker, {_every(site_schedules.EVERY['tidy'])}"
    forgotten = f"{worker}; signing out or leaving at once"
    yield Kept(
        "Account: name, address of mail, password (hashed), roles, last sign-in",
        "until deleted. " + CLINIC + " say when that is after somebody has left",
        "a superuser; leaving closes it at once",
        ("staff_user", "staff_user_groups", "staff_user_user_permissions", "account_emailaddress", "account_emailconfirmation"),
    )
    yield Kept(
        "Second step: secret and codes encrypted, passkeys' public halves",
        "as long as the account",
        "its owner; a manager",
        ("mfa_authenticator",),
    )
    yield Kept(
        "Session",
        f"{most} after its last use; it lets in for {most}, and {idle} idle for desk and managers",
        forgotten,
        ("django_session",),
    )
    yield Kept(
        "Address and browser of a session, shown to its owner",
        "as long as the session",
        forgotten,
        ("usersessions_usersession",),
    )
    yield Kept("Invitation (a signed link, not stored)", _time(invitations.VALID_FOR), "use, or its signature")
    yield Kept(
        "Link for a new password (not stored)",
        _time(timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)),
        "use, or its signature",
    )
    yield Kept("Note in the browser that somebody has signed in there", _time(timedelta(seconds=browsers.YEAR)), "the browser")
    yield Kept(
        "Desk key: public half, and private half under the passphrase",
        "as long as the account",
        "rotation replaces it; leaving deletes what it opens",
        ("enquiries_recipientkey",),
    )
    yield Kept(
        "Unlocked desk",
        f"{_time(desk_session.IDLE)} idle",
        f"locking; the worker, {_every(enquiry_schedules.EVERY['tidy'])}",
        ("enquiries_opendesk",),
    )
    yield Kept(
        "Changes that staff made in the admin: who, when, which row",
        NEVER,
        "nothing. " + CLINIC + " agree how long you need it",
        ("django_admin_log",),
    )


def _pages() -> Iterator[Kept]:
    yield Kept(
        "Articles and everything that pages are made of",
        "until changed",
        "editors and reviewers",
        (
            *(
                "content_section",
                "content_article",
                "content_article_related",
                "content_article_support_lines",
                "content_citation",
                "content_changenote",
            ),
            *("content_faq", "content_therapyprofile", "content_source", "content_glossaryterm", "content_supportline"),
            *(
                "content_clinicdetails",
                "content_picture",
                "content_redirect",
                "content_starterrecord",
                "content_contentversion",
            ),
        ),
    )
    yield Kept(
        "History of each page: what changed, when, and who on the staff changed it",
        NEVER,
        "nothing: it is how readers and clinicians can trust a page",
        (
            *("content_historicalsection", "content_historicalarticle", "content_historicalarticle_related"),
            *("content_historicalarticle_support_lines", "content_historicalfaq", "content_historicaltherapyprofile"),
            *("content_historicalsource", "content_historicalglossaryterm", "content_historicalsupportline"),
            *("content_historicalclinicdetails", "content_historicalpicture", "content_historicalcitation"),
        ),
    )
    yield Kept(
        "Search index of published pages (never of searches)",
        "as long as the page",
        "made anew with each change",
        ("content_searchdocument", "content_searchword", "content_searchindex", "content_searchstem", "content_searchtrigram"),
    )
    yield Kept(
        "How often each page was opened on a day, and nothing of who opened it",
        f"{reading.KEPT_MONTHS} months" if settings.PAGE_COUNTS else f"not counted; what was, {reading.KEPT_MONTHS} months",
        f"the worker, {_every(site_schedules.EVERY['tidy'])}",
        ("content_pagecount",),
    )
    yield Kept(
        "Links to other sites on public pages, and whether they work",
        "as long as a page has the link",
        f"the worker, {_every(site_schedules.EVERY['collect_links'])}",
        ("content_outsidelink", "content_outsidelink_articles"),
    )


def _site() -> Iterator[Kept]:
    limit = settings.Q_CLUSTER["save_limit"]
    yield Kept("Background work that waits: name and numbers of rows", "until done", "the worker", ("django_q_ormq",))
    yield Kept(
        "Background work that was done: name, numbers of rows, kind of error",
        f"the last {limit} that succeeded; failures until deleted",
        "the worker; a superuser in the admin",
        ("django_q_task",),
    )
    yield Kept(
        "Schedules, roles, kinds of tables, migrations, public backup keys, signs of life",
        NEVER,
        "nothing; of a person they hold nothing",
        (
            *("django_q_schedule", "auth_group", "auth_group_permissions", "auth_permission", "django_content_type"),
            *("django_migrations", "operations_backupkey", "operations_pulse"),
        ),
    )


def _outside() -> Iterator[Kept]:
    kept = "in memory until the content changes or the process ends" if settings.PAGE_CACHE else "not kept"
    yield Kept("Finished public pages, the same for everybody", kept, "each process")
    yield Kept("Uploaded pictures", "as long as their row", "deleting or replacing the picture")
    yield Kept("Cookies of public pages", "none is set; the enquiry's security cookie goes with the browser", "the browser")
    yield Kept(
        "Logs, to standard error, without addresses, words or numbers of people",
        CLINIC + " your collector's setting",
        CLINIC + " your collector",
    )
    yield Kept(
        "Backups and the lists of what was erased, beside them",
        "30 days at most. " + CLINIC + " your own choice",
        CLINIC + " your own timer",
    )
    yield Kept(
        "Mails to staff and enquirers, which hold a reference or a neutral line",
        CLINIC + " your mail server's setting",
        CLINIC + f" your mail server. Alerts to managers repeat after {_time(alerts.AGAIN)}",
    )


def _days(number: int) -> str:
    return _time(timedelta(days=number))


def _every(minutes: int) -> str:
    said = _time(timedelta(minutes=minutes))
    return f"every {said.removeprefix('1 ')}"


def _time(length: timedelta) -> str:
    """Return a length of time in the largest unit that it is a whole number of."""
    seconds = int(length.total_seconds())
    size, name = next((unit for unit in UNITS if seconds % unit[0] == 0), (1, "second"))
    number = seconds // size
    return f"{number} {name}{'' if number == 1 else 's'}"
