"""What somebody has begun to write at an enquiry. It travels with whatever they press and comes back in the page.

Nothing keeps it: no row, no session, no store of the browser.
"""

from django.http import HttpRequest

#: Whose words are carried, by the name of their act.
WRITTEN = ("reply", "note")


def begun(request: HttpRequest) -> dict[str, str]:
    """Return the words that came along with another act, by the act that they are meant for."""
    came = {name: request.POST.get(f"begun-{name}", "") for name in WRITTEN}
    return {name: words for name, words in came.items() if words.strip()}


def written(request: HttpRequest) -> dict[str, str]:
    """Return all words that came along, by the act that they are meant for: what was begun, and what was to be sent."""
    words = begun(request)
    pressed = request.resolver_match.kwargs.get("name") if request.resolver_match else None
    if pressed in WRITTEN and request.POST.get("text", "").strip():
        words[pressed] = request.POST["text"]
    return words


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what of a request must outlive a locked desk, as fields: the words, and the version that their writer saw.

    The act itself is not among them. It takes a press of its own, so unlocking the desk sends nothing.
    """
    fields = [(f"begun-{name}", text) for name, text in written(request).items()]
    return [*fields, ("version", request.POST.get("version", ""))] if fields else []


def changed_since(request: HttpRequest, version: int) -> bool:
    """Say whether the words were begun at another version of the enquiry than `version`."""
    return bool(begun(request)) and request.POST.get("version") != str(version)
