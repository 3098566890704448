"""Browsers by the names that people know them by, so that somebody can tell whether a sign-in was theirs."""

from django import template

register = template.Library()

#: What a browser says of itself, and its name. Most name others too, to be served as those are, so the order matters.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
DEVICES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "an Android device"),
    ("Windows", "Windows"),
    ("CrOS", "a Chromebook"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)


@register.filter
def browser_name(said: str) -> str:
    """Return a name such as “Chrome on Windows”, or else what the browser says of itself."""
    browser = next((name for mark, name in BROWSERS if mark in said), "")
    device = next((name for mark, name in DEVICES if mark in said), "")
    return f"{browser} on {device}" if browser and device else said or "an unnamed browser"
