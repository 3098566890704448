"""Reads an answer as a browser would: its text, its links, and what its forms would send."""

from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html


def tree(response: HttpResponse) -> html.HtmlElement:
    """Return the page as a tree."""
    return html.fromstring(response.content.decode())


def texts(response: HttpResponse, xpath: str) -> list[str]:
    """Return the text of each element at `xpath`, with its spaces collapsed."""
    return [" ".join(element.text_content().split()) for element in tree(response).xpath(xpath)]


def links(response: HttpResponse) -> list[str]:
    """Return the address of every link on the page."""
    return tree(response).xpath("//a/@href")


def form_values(response: HttpResponse, form_id: str, **changes: Any) -> dict[str, Any]:
    """Return what sending the form would post, with `changes` typed into it (`__` for `-` in a formset's names)."""
    values: dict[str, Any] = {}
    for name, value in tree(response).get_element_by_id(form_id).form_values():
        values.setdefault(name, []).append(value)
    return values | {name.replace("__", "-"): value for name, value in changes.items()}


def count_queries(client: Client, address: str) -> int:
    """Return how many queries the page at `address` takes."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries)
