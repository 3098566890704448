"""Reading rows of several models in one query."""

import pytest

from content.models import Article, GlossaryTerm, Section, SupportLine
from content.parts import bring_parts
from content.together import read_together
from tests.content.factories import cite, make_article, make_draft, make_faq, make_line, make_section, make_source, make_term

pytestmark = pytest.mark.django_db


def test_rows_are_as_the_database_has_them(django_assert_num_queries):
    make_section(slug="site", standing=True)
    make_line(name="Línea “x”", everywhere=True, last_checked="2026-01-31")
    make_term("One")
    make_term("Two", inline=False)

    with django_assert_num_queries(1):
        rows = read_together(sections=Section.objects.all(), lines=SupportLine.objects.all(), terms=GlossaryTerm.objects.all())

    expected = {
        "sections": list(Section.objects.all()),
        "lines": list(SupportLine.objects.all()),
        "terms": list(GlossaryTerm.objects.all()),
    }
    assert {name: _values(found) for name, found in rows.items()} == {name: _values(found) for name, found in expected.items()}


def _values(rows):
    fields = [[(field.attname, getattr(row, field.attname)) for field in row._meta.concrete_fields] for row in rows]
    return sorted(fields, key=str)


def test_model_without_rows_has_none():
    assert read_together(sections=Section.objects.all(), terms=GlossaryTerm.objects.all()) == {"sections": [], "terms": []}


def test_parts_of_an_article_are_those_that_prefetching_brings():
    article = make_article()
    for number in (3, 1, 2):
        make_faq(article, question=f"Question {number}?", order=number % 2)
    cite(article, *(make_source() for _ in range(3)))
    article.related.set([make_article(order=2), make_article(order=1), make_draft(), make_article(section=_standing())])
    article.support_lines.set([make_line(name="B"), make_line(name="A"), make_line(order=1)])
    make_faq(make_article(), question="Another page's?")

    one = Article.objects.get(pk=article.pk)
    bring_parts(one, "")

    assert _parts(one) == _parts(Article.objects.with_page().get(pk=article.pk))


def _standing():
    return make_section(slug="site", standing=True)


def _parts(article):
    return {
        "faqs": [faq.question for faq in article.faqs.all()],
        "sources": [citation.source for citation in article.citations.all()],
        "lines": list(article.support_lines.all()),
        "related": [(other.get_absolute_url(), other.card_title, other.summary) for other in article.related_published],
    }
