"""What a page tells search engines about itself, in schema.org's words (JSON-LD).

Everything here is built from what the page shows: rendered texts, and facts that are known. A property whose value is
unknown is left out. https://schema.org/docs/documents.html
"""

import json
from collections.abc import Collection
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from content.models import Article, ClinicDetails, Section
from content.page import ArticlePage, CitedSource
from content.render import FACT
from content.richtext import words_of

Node = dict[str, Any]

LANGUAGE = "en-GB"
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}  # as Django's json_script does
#: What schema.org calls the facts of the clinic. Opening hours are left out: they are a sentence here, a code there.
CLINIC_FACTS = {"legal_name": "legalName", "address": "address", "phone": "telephone", "email": "email"}


def script(*nodes: Node) -> SafeString:
    """Return the block that carries `nodes`. It is data: browsers never run it, so no policy has to allow it."""
    text = json.dumps({"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False, indent=0).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


def breadcrumbs(root: str, *steps: tuple[str, str]) -> Node:
    """Return the way from home to a page, by the names that its links have.

    `root` is the site's address without a slash at its end; each step is (name, path).
    """
    places = [("Home", "/"), *steps]
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": root + path}
        for number, (name, path) in enumerate(places, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def section_data(root: str, section: Section) -> SafeString:
    """Return the data of a section's page."""
    return script(breadcrumbs(root, (section.menu_title, section.get_absolute_url())))


def clinic(root: str, details: ClinicDetails, shown: Collection[str] = ()) -> Node:
    """Return the clinic with those of its facts that are known, and that the page shows: the footer's and `shown`."""
    footer = {"legal_name", "address"} if details.legal_name else {"legal_name"}
    facts = {name: " ".join(value.split()) for name, value in details.facts().items() if name in {*shown, *footer}}
    return _known(
        {
            "@type": "MedicalClinic",
            "@id": f"{root}/#clinic",
            "name": details.clinic_name,
            "url": f"{root}/",
            **{term: facts.get(name) for name, term in CLINIC_FACTS.items()},
        }
    )


def article_data(root: str, page: ArticlePage, details: ClinicDetails) -> SafeString:
    """Return the data of an article's page, or of a standing page."""
    article = page.article
    path = article.get_absolute_url()
    steps = [] if article.section.standing else [(article.section.menu_title, article.section.get_absolute_url())]
    nodes = [breadcrumbs(root, *steps, (article.title, path)), _web_page(root + path, page)]
    if page.profile:
        nodes.append(_therapy(root + path, page))
    if article.slug == "about" and article.section.standing:
        nodes.append(clinic(root, details, shown=FACT.findall(article.body)))
    return script(*nodes)


def _web_page(address: str, page: ArticlePage) -> Node:
    article = page.article
    kind = "WebPage" if article.section.standing else "MedicalWebPage"
    return _known(
        {
            "@type": [kind, "FAQPage"] if page.faqs else kind,
            "@id": f"{address}#page",
            "url": address,
            "name": article.title,
            "description": article.summary,
            "inLanguage": LANGUAGE,
            "isAccessibleForFree": True,
            "datePublished": article.publish_at.isoformat() if article.publish_at else None,
            "dateModified": article.changed_at.isoformat(),
            **_review(article),
            "about": None if article.section.standing else _subject(address, page),
            "citation": [_citation(cited) for cited in page.sources],
            "mainEntity": [_question(question, answer) for question, answer in page.faqs],
        }
    )


def _review(article: Article) -> Node:
    """Return who reviewed the page, by role as the page says it, and when; nothing where nobody has read what it says now."""
    if not article.last_reviewed or article.changed_since_review:
        return {}
    reviewer = {"@type": "Person", "jobTitle": article.reviewer_role}
    return {"lastReviewed": article.last_reviewed.isoformat(), "reviewedBy": reviewer}


def _subject(address: str, page: ArticlePage) -> Node:
    return {"@id": f"{address}#therapy"} if page.profile else {"@type": "Thing", "name": page.article.title}


def _therapy(address: str, page: ArticlePage) -> Node:
    texts = {name: words_of(text) for name, _, text in page.profile}
    return _known(
        {
            "@type": "MedicalTherapy",
            "@id": f"{address}#therapy",
            "name": page.article.title,
            "url": address,
            "description": texts["what_it_is"],
            "howPerformed": texts["session_like"],
        }
    )


def _question(question: str, answer: str) -> Node:
    return {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": words_of(answer)}}


def _citation(cited: CitedSource) -> Node:
    source = cited.source
    return _known(
        {
            "@type": "CreativeWork",
            "name": source.title,
            "publisher": {"@type": "Organization", "name": source.publisher},
            "datePublished": str(source.year) if source.year else None,
            "url": source.url,
        }
    )


def _known(node: Node) -> Node:
    return {name: value for name, value in node.items() if value or value is False}
