"""Requests that no browser would send, to a real server: each is answered 4xx with a plain page, and nobody else waits for it."""

import socket
import threading
from contextlib import suppress
from urllib.parse import quote, quote_plus

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clinic_site.servers import Servers, servers
from tests.content.factories import make_article, make_section

CANARY = "quorvane-of-merrowgate"
BIG = 10 * 1024 * 1024
PATIENCE = 4  # seconds that a body may take
FORM = "application/x-www-form-urlencoded"
#: Codecs that Python has, and that decode no text, fail, take long, or make signs that are none.
CODECS = ("hex", "undefined", "idna", "punycode", "unicode_escape", "utf-16")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUEST_BODY_SECONDS", str(PATIENCE))
        with servers(tmp_path_factory.mktemp("hostile")) as served:
            yield served


def ask(site: Servers, request: bytes, seconds: float = 15) -> tuple[int, str]:
    """Send bytes as they are; return the status and the whole answer. A connection that is closed at once is status 0."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=seconds) as connection:
        with suppress(ConnectionResetError, BrokenPipeError):  # the server may refuse before it has read all
            connection.sendall(request)
        return answer_on(connection)


def answer_on(connection: socket.socket) -> tuple[int, str]:
    """Return the status and the whole answer that comes on a connection until it is closed."""
    answer = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            answer += part
    head = answer.split(b" ", 2)
    return (int(head[1]) if len(head) > 2 else 0), answer.decode(errors="replace")


def get(path: str, *headers: str, method: str = "GET", host: str = "127.0.0.1") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def post(path: str, body: bytes, kind: str = FORM, *headers: str) -> bytes:
    return get(path, f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, method="POST") + body


def multipart(body: bytes, more: str = "") -> bytes:
    return post("/enquire/", body, f"multipart/form-data; boundary=x{more}")


FORMS = ("/enquire/", "/enquire/reply/", "/accounts/login/", "/accounts/password/reset/", "/accounts/second-step/authenticate/")
REFUSED = {
    # --- The host
    "another host": get("/", host=f"{CANARY}.example"),
    "host with a path": get("/", host=f"127.0.0.1/{CANARY}"),
    "host with a user": get("/", host=f"{CANARY}@127.0.0.1"),
    "host in the reset form": post("/accounts/password/reset/", b"email=a@b.example").replace(
        b"Host: 127.0.0.1", b"Host: evil.example"
    ),
    "host with a line break": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\nX: y\x00\r\nConnection: close\r\n\r\n",
    # --- The path
    "traversal": get("/static/../../../../etc/passwd"),
    "encoded traversal": get("/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd"),
    "encoded slashes": get("/media/..%2f..%2f..%2fetc%2fpasswd"),
    "double encoding": get("/media/%252e%252e%252fetc/passwd"),
    "backslashes": get("/media/..%5c..%5cetc%5cpasswd"),
    "absolute file": get("/media//etc/passwd"),
    "NUL in a path": get(f"/therapies/%00{CANARY}/"),
    "invalid UTF-8 in a path": get(f"/therapies/%ff%fe{CANARY}/"),
    "line break in a path": get(f"/therapies/%0d%0aSet-Cookie:%20a={CANARY}/"),
    "very long path": get(f"/therapies/{'a' * 6000}/"),
    "script in a path": get(f"/therapies/%3Cscript%3E{CANARY}%3C/script%3E/"),
    "NUL in the name of a picture": get("/og/therapies/%00.png"),
    "NUL in the name of a session": get("/accounts/login/", 'Cookie: sessionid="\\000aaaaaaaaaaaa"'),
    "NUL in an invitation": get("/accounts/invitation/%00/"),
    "path below a prefix of their own": get(f"/{CANARY}/therapies/", f"SCRIPT_NAME: /{CANARY}"),
    # --- The method
    **{
        f"{method} of a page": get("/therapies/", method=method)
        for method in ("DELETE", "PUT", "PATCH", "POST", "TRACE", "PROPFIND")
    },
    **{f"{method} of the form": get("/enquire/", method=method) for method in ("DELETE", "PUT", "PATCH", "TRACE")},
    "override of the method": post(
        "/therapies/", b"_method=DELETE", "application/x-www-form-urlencoded", "X-HTTP-Method-Override: DELETE"
    ),
    "unknown method": get("/therapies/", method="FETCH"),
    # --- The body
    **{f"10 MB to {form}": post(form, b"message=" + b"a" * BIG) for form in FORMS},
    **{f"5,000 fields to {form}": post(form, "&".join(f"f{i}={i}" for i in range(5000)).encode()) for form in FORMS},
    "more than anybody may send": get("/enquire/", f"Content-Type: {FORM}", "Content-Length: 99999999", method="POST"),
    "10 MB file": multipart(
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"a" * BIG + b"\r\n--x--\r\n"
    ),
    "multipart without a boundary": post("/enquire/", b"x", "multipart/form-data"),
    "multipart without an end": multipart(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nhalf'),
    "multipart of rubbish": multipart(bytes(range(256)) * 20),
    "multipart with broken base64": multipart(
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n'
    ),
    "multipart with 5,000 parts": multipart(
        b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % i for i in range(5000)) + b"--x--\r\n"
    ),
    "body in a charset that is none": post("/enquire/", b"message=x", f"application/x-www-form-urlencoded; charset={CANARY}"),
    **{
        f"form in {charset}": multipart(
            b'--x\r\nContent-Disposition: form-data; name="stamp"\r\n\r\na\\ud800\r\n--x--\r\n', f"; charset={charset}"
        )
        for charset in CODECS
    },
    **{
        f"query in {charset}": get("/search/?q=a%5Cud800", f"Content-Type: text/plain; charset={charset}") for charset in CODECS
    },
    "type with a parameter in an encoding that is none": get("/healthz", "Content-Type: text/plain; a*=nothing''x"),
    "body with invalid UTF-8": post("/enquire/", b"message=%ff%fe\xff"),
    "body with NUL": post("/enquire/", b"message=%00\x00"),
    "body without a type": post("/enquire/", b"\x00\x01", ""),
    "JSON to the form": post("/enquire/", b'{"message": "x"}', "application/json"),
    # --- Tokens
    "no token": post("/accounts/login/", f"login={CANARY}&password={CANARY}".encode()),
    "forged token": post(
        "/accounts/login/",
        b"csrfmiddlewaretoken=" + b"a" * 64,
        "application/x-www-form-urlencoded",
        f"Cookie: csrftoken={'b' * 32}",
    ),
    "token with NUL": post(
        "/accounts/login/", b"csrfmiddlewaretoken=%00", "application/x-www-form-urlencoded", "Cookie: csrftoken=\x01"
    ),
    "another origin": post("/accounts/login/", b"x=y", "application/x-www-form-urlencoded", "Origin: https://evil.example"),
    # --- The frame
    "two lengths": b"POST /enquire/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "length and chunks": b"POST /enquire/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "negative length": b"POST /enquire/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    "broken chunks": b"POST /enquire/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
    "header without a name": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n: x\r\n\r\n",
    "header with a space": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX Y: z\r\n\r\n",
    "very long header": get("/", f"X-Long: {'a' * 20000}"),
    "200 headers": get("/", *(f"X-{i}: y" for i in range(200))),
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "another protocol": b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_plainly(site, name):
    status, answer = ask(site, REFUSED[name])

    assert 400 <= status < 500, answer[:200]
    assert CANARY not in answer
    assert CANARY.upper() not in answer
    assert ("Traceback" in answer, "root:x:0" in answer, "settings" in answer) == (False, False, False)


UNHARMED = {
    "no host": b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    "address of the client": get("/therapies/", "X-Forwarded-For: '; DROP TABLE x; --"),
    "host of a proxy": get("/", f"X-Forwarded-Host: {CANARY}.example"),
    "prefix of a proxy": get("/therapies/?x", f"SCRIPT_NAME: /{CANARY}", f"PATH_INFO: /{CANARY}/"),
    "scheme of a proxy": get("/", "X-Forwarded-Proto: javascript"),
    "rubbish in cookies": get("/therapies/", 'Cookie: sessionid="\\000;; =; csrftoken=<script>'),
    "session that is none": get("/therapies/", f"Cookie: sessionid={'z' * 32}"),
    "desk that is none": get("/enquire/", "Cookie: desk=%00%ff; known=1 2 3:x:y"),
    "languages": get("/", f"Accept-Language: {'x' * 3000}"),
    "time that is none": get("/", "If-Modified-Since: yesterday", 'If-None-Match: "\x7f'),
    "range that is none": get("/static/images/favicon.svg", "Range: bytes=99999999999-"),
    "encoding that is none": get("/", "Accept-Encoding: ;q=x,,br;q=9"),
    "query with NUL": get(f"/search/?q=%00{quote('a b')}"),
    "query with invalid UTF-8": get("/search/?q=%ff%fe"),
    "query of 2,000 words": get(f"/search/?q={'a+' * 2000}"),
    "query that is an array": get("/search/?q[]=1&q=2&q=3&page[a]=1"),
    "charset by another name": get("/search/?q=x", "Content-Type: text/plain; charset=UTF8"),
    "page that is none": get("/search/?q=x&page=99999999999999999999"),
}


@pytest.mark.parametrize("name", UNHARMED)
def test_is_answered_as_if_it_were_harmless(site, name):
    status, answer = ask(site, UNHARMED[name])

    assert status in (200, 304, 400, 404, 416), answer[:200]
    assert CANARY not in answer


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "//evil.example/therapies",
        "/\\evil.example",
        "/%5cevil.example",
        "///evil.example/..",
        "/therapies//evil.example",
        "/%09/evil.example",
    ],
)
def test_no_path_leads_to_another_site(site, path):
    _, answer = ask(site, get(path))
    leads = [line.partition(":")[2].strip() for line in answer.splitlines() if line.lower().startswith("location:")]

    assert [target for target in leads if target.startswith(("//", "/\\", "http")) and "127.0.0.1" not in target] == []


@pytest.mark.django_db
@pytest.mark.parametrize("parameter", ["next", "url", "redirect", "return_to"])
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "%2f%2fevil.example",
        "\thttps://evil.example",
    ],
)
def test_no_parameter_leads_to_another_site(client, parameter, target):
    for address in ("/admin/login/", "/accounts/login/", "/accounts/logout/", "/accounts/", "/search/", "/"):
        response = client.get(address, {parameter: target})
        assert not response.headers.get("Location", "").startswith(("//", "http", "javascript", "/\\"))


def test_slow_bodies_are_refused_and_keep_nobody_waiting(site):
    """Twice as many clients as the server has threads send five letters a second; readers and writers are served between them."""
    slow = [socket.create_connection(("127.0.0.1", site.port), timeout=30) for _ in range(16)]
    for connection in slow:
        connection.sendall(get("/enquire/", f"Content-Type: {FORM}", "Content-Length: 1000", method="POST") + CANARY.encode())
    stop = threading.Event()

    def drip():
        while not stop.wait(0.2):
            for connection in slow:
                with suppress(OSError):  # it has been refused by now
                    connection.send(b"a")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        served = [ask(site, request, seconds=30)[0] for request in (get("/therapies/"), post("/enquire/", b"name=Robin")) * 3]
        refused = [answer_on(connection) for connection in slow]
    finally:
        stop.set()
        dripping.join()
        for connection in slow:
            connection.close()

    assert served == [200, 403] * 3
    assert [status for status, _ in refused] == [408] * 16
    assert [answer for _, answer in refused if "took too long" not in answer or CANARY in answer] == []


def test_search_for_hundreds_of_words_is_answered(site):
    """As many as a request line may hold. Beyond it gunicorn refuses before the site sees it, as nginx does."""
    status, answer = ask(site, get(f"/search/?q={quote_plus('ketamine ' * 900)}"))
    beyond, refusal = ask(site, get(f"/search/?q={quote_plus('ketamine ' * 2000)}"))

    assert (status, "Content-Security-Policy: " in answer, "<h1" in answer) == (200, True, True)
    assert (beyond, "ketamine" in refusal) == (414, False)


def test_server_lives_on(site):
    """Run last: after all of the above, the same processes answer."""
    assert ask(site, get("/therapies/"))[0] == 200
    assert ask(site, get("/readyz"))[0] == 200


# --- Any values at all, in every public form and every parameter -------------------------------------------------------

words = st.text(max_size=80) | st.sampled_from(
    ["", "\x00", "%00", "9" * 30, "-1", "1e999", "\u202e", "\ud7ff", "'\"<>&;--", "{{7*7}}", "a\r\nb: c", "٣"]
)
fuzz = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

PARAMETERS = {
    "/": ("q", "page", "utm_source"),
    "/therapies/": ("page", "q"),
    "/therapies/talking/": ("page", "preview", "version"),
    "/therapies/compare/": ("show",),
    "/search/": ("q", "page"),
    "/search/suggest/": ("q",),
    "/glossary/": ("letter", "q"),
    "/api/articles/": ("page", "section", "per_page"),
    "/feed/": ("page",),
    "/sitemap.xml": ("p",),
    "/sitemap-articles.xml": ("p",),
    "/enquire/": ("about", "topic"),
    "/enquire/reply/": ("receipt",),
    "/accounts/login/": ("next", "login"),
    "/accounts/second-step/webauthn/login/": ("next", "credential"),
    "/media/pictures/x.png": ("w",),
}
FIELDS = {
    "/enquire/": (
        "who",
        "name",
        "way",
        "phone",
        "phone_rules",
        "voicemail",
        "email",
        "email_safe",
        "topic",
        "message",
        "needs",
        "urgent",
        "stamp",
        "proof",
        "website",
    ),
    "/enquire/reply/": ("receipt", "text", "act", "send", "erase", "download", "confirm"),
    "/accounts/login/": ("login", "password", "next", "remember"),
    "/accounts/password/reset/": ("email",),
    "/accounts/second-step/authenticate/": ("code", "credential"),
    "/accounts/second-step/webauthn/login/": ("credential", "next"),
    "/accounts/invitation/x:y:z/": ("new_password1", "new_password2"),
}


@pytest.fixture
def pages(db):
    make_article(section=make_section(slug="therapies"), slug="talking")


@fuzz
@given(data=st.data())
def test_no_parameter_brings_a_page_down(pages, data):
    address = data.draw(st.sampled_from(sorted(PARAMETERS)))
    query = data.draw(
        st.dictionaries(st.sampled_from(PARAMETERS[address]) | words, words | st.lists(words, max_size=3), max_size=4)
    )

    assert Client(raise_request_exception=False).get(address, query).status_code < 500


@fuzz
@given(data=st.data())
def test_no_answer_brings_a_form_down(pages, data):
    address = data.draw(st.sampled_from(sorted(FIELDS)))
    answers = data.draw(
        st.dictionaries(st.sampled_from(FIELDS[address]) | words, words | st.lists(words, max_size=3), max_size=8)
    )

    assert Client(raise_request_exception=False).post(address, answers).status_code < 500


@fuzz
@given(
    path=st.text(max_size=60),
    section=st.sampled_from(["", "therapies/", "accounts/", "enquire/", "media/", "og/", "api/articles/", "admin/", "static/"]),
)
def test_no_path_brings_the_site_down(pages, path, section):
    assert Client(raise_request_exception=False).get(f"/{section}{quote(path, safe='/')}").status_code < 500
