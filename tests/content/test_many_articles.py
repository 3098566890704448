"""A page takes as many queries among 100,000 articles as with one. How long they take is for `make bench`."""

import pytest
from django.db import connection
from django.test import Client

from content.models import Article
from tests.content.factories import make_article
from tests.pages import count_queries, texts

MANY = 100_000
SERIES = f"WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {MANY})"  # noqa: S608 - a constant
#: The queries of each page with one article, with three, and with very many. Few results make search look for a misspelling.
QUERIES = {
    "/ketamine/first/": (5, 5, 5),
    "/ketamine/": (4, 4, 4),
    "/search/?q=bladder": (5, 4, 4),
    "/search/suggest/?q=bladd": (3, 3, 3),
    "/sitemap.xml": (2, 2, 2),
    "/sitemap-articles.xml": (2, 2, 2),
    "/admin/content/article/": (7, 7, 7),
    "/admin/content/article/?q=bladder": (8, 8, 8),
}


def copy_many(article):
    """Add copies of an article by one statement, each with a title of its own, and let search find them by another."""
    columns = {field.column: f'"{field.column}"' for field in Article._meta.concrete_fields if not field.primary_key}
    copied = ", ".join({**columns, "slug": "'copy-' || n", "title": "title || ' ' || n"}.values())
    names = ", ".join(columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"{SERIES} INSERT INTO content_article ({names}) SELECT {copied} FROM content_article, series WHERE id = %s",  # noqa: S608 - our own columns
            [article.pk],
        )
        cursor.execute("""
            INSERT INTO content_searchdocument (article_id, title, summary, body)
            SELECT id, 'Bladder', '', '' FROM content_article WHERE slug LIKE 'copy-%'
        """)


@pytest.mark.django_db(transaction=True)
def test_queries_are_as_many_among_100_000_articles(client, django_user_model):
    staff = Client()
    staff.force_login(django_user_model.objects.create_superuser("boss@clinic.example", name="Boss"))
    counts = {address: [] for address in QUERIES}

    def count():
        for address, found in counts.items():
            found.append(count_queries(staff if address.startswith("/admin/") else client, address))

    article = make_article(slug="first", title="Bladder")
    count()
    make_article(title="Bladder care")
    make_article(title="Bladder pain")
    count()
    copy_many(article)
    count()

    assert counts == {address: list(expected) for address, expected in QUERIES.items()}
    last = client.get("/ketamine/?page=5001")
    assert texts(last, "//main//h3") == ["Bladder 99999", "Bladder care", "Bladder pain"]
    assert count_queries(client, "/ketamine/?page=5001") == QUERIES["/ketamine/"][0]
