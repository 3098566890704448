"""The catalogue of components, for staff and developers: every piece of a page, in its states, from its real template."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from content.drawings import Drawing
from content.everyday import Instead
from content.models import Article, ChangeNote, GlossaryTerm, Section, Source, SupportLine
from content.page import CitedSource
from content.paging import Pager
from content.pointers import FIXED_PAGES
from content.render import Definition, Heading, Renderer

PROSE = """
<p>A paragraph with <strong>strong words</strong>, <em>stress</em>, a <a href="/glossary/">link</a>, a glossary word such as
Dissociation, and a figure with its source [paper-2024].</p><h2>A question as a heading</h2><h3>A smaller heading</h3>
<ul><li>One thing</li><li>Another</li></ul><ol><li>First</li><li>Then</li></ol>
<table><tbody><tr><th>Who</th><th>How long</th></tr><tr><td>Most people</td><td>Weeks</td></tr></tbody></table>
"""
CARE = """
<div class="care {level}"><h3>{heading}</h3><ul><li>something is like this</li><li>or like that</li></ul></div>
"""
CARE_LEVELS = {
    "care-info": "Good to know",
    "care-gp": "See a GP if",
    "care-urgent": "Call 111 today if",
    "care-emergency": "Call 999 now if",
}


class SampleForm(forms.Form):
    """A question of each kind, as the enquiry asks them."""

    use_required_attribute = False
    is_begun = True  # as the summary of errors asks of the enquirers' forms
    choice = forms.ChoiceField(
        label="Choose one", choices=[("one", "This"), ("two", "Or that")], widget=forms.RadioSelect, help_text="Either is fine."
    )
    line = forms.CharField(label="A line of text", required=False, help_text="Why it is asked stands here.")
    menu = forms.ChoiceField(
        label="One of several", choices=[("", "I would rather not say"), ("a", "Something")], required=False
    )
    text = forms.CharField(label="A longer text", widget=forms.Textarea(attrs={"rows": 3}))
    seen = forms.BooleanField(label="I have seen it")


class State(NamedTuple):
    """A component in one state: what the state is called, the template, and what it is given."""

    name: str
    template: str
    context: dict[str, Any]


def components() -> dict[str, list[State]]:
    """Return each component by name, with its states. Nothing here is read from the database."""
    return {
        "Breadcrumb": [
            _state("breadcrumb", "a page at the top"),
            _state("breadcrumb", "a page in a section", parent=_section()),
        ],
        "Review line": [
            _state("meta", "not reviewed yet", article=_article(), page=_page()),
            _state("meta", "reviewed", article=_reviewed(next_review_due=date(2127, 3, 1)), page=_page()),
            _state("meta", "review overdue", article=_reviewed(next_review_due=date(2026, 9, 1)), page=_page()),
        ],
        "Changes to a page": [_state("changes", "closed until it is chosen", page=_page())],
        "Contents list": [_state("contents", "with every part", page=_page())],
        "At a glance": [_state("glance", "of a therapy", page=_page())],
        "Text": [State("everything that an editor can write", "catalogue/prose.html", {"text": _text(PROSE)})],
        "Care cards": [
            State(
                level.removeprefix("care-"), "catalogue/prose.html", {"text": _text(CARE.format(level=level, heading=heading))}
            )
            for level, heading in CARE_LEVELS.items()
        ],
        "Definition": [State("opens on its word", "catalogue/definition.html", {"definition": _definition()})],
        "Questions": [_state("faqs", "closed until one is chosen", page=_page())],
        "Sources": [_state("sources", "with and without a link", page=_page())],
        "Article card": [
            State("with its drawing", "catalogue/cards.html", {"article": _article(), "plain": False}),
            State("plain", "catalogue/cards.html", {"article": _article(), "plain": True}),
        ],
        "Support line": [_state("support_lines", "by phone, text, email and on the web", lines=_lines())],
        "Invitation to ask": [_state("ask", "below every article")],
        "Search box": [_state("search_form", "with suggestions when someone types")],
        "Did you mean": [_state("did_you_mean", "after a misspelt search", found=SimpleNamespace(suggestion="ketamine"))],
        "Searched for the right spelling": [
            _state("corrected", "nothing has the word as it was typed", found=_corrected("blader", "bladder", 0)),
            _state("corrected", "some pages have some of the words", found=_corrected("blader pain", "bladder pain", 3)),
        ],
        "Danger": [_state("danger", "above a search that speaks of it")],
        "Words of ours": [
            _state("instead", "where no page has an everyday word", found=SimpleNamespace(instead=[Instead("ket", "ketamine")]))
        ],
        "Pointers": [_state("pointers", "above what was found", fixed_page=FIXED_PAGES[0], terms=[_definition().term])],
        "Pages of a list": [_state("pager", f"page {n} of 3", pager=Pager(n, 3)) for n in (1, 2, 3)],
        "Places to go": [_state("places_to_go", "where nothing was found")],
        "Preview banner": [_state("preview_banner", "on what is not public")],
        "Question": [
            State("asked", "catalogue/questions.html", {"form": SampleForm(auto_id="asked-%s")}),
            State("not answered", "catalogue/questions.html", {"form": SampleForm({}, auto_id="missed-%s")}),
        ],
        "Summary of errors": [
            State("above the form", "clinic/error_summary.html", {"form": SampleForm({}, auto_id="missed-%s")})
        ],
        "Receipt": [_state("receipt", "shown once", code="7K3Q-9MXD-4RVT-2HBN")],
        "Messages": [State("from both sides", "catalogue/messages.html", {"entries": _messages()})],
        "Buttons": [State("every kind", "catalogue/buttons.html", {})],
        "Drawings": [State(label, "components/drawing.html", {"drawing": value}) for value, label in Drawing.choices],
    }


def catalogue(request: HttpRequest) -> HttpResponse:
    """Show every component. Whoever routes this decides who may see it."""
    shown = [
        (name, [(state, render_to_string(state.template, state.context, request)) for state in states])
        for name, states in components().items()
    ]
    return render(request, "catalogue/index.html", {"components": shown})


def _state(template: str, name: str, **context: Any) -> State:
    return State(name, f"components/{template}.html", context)


def _corrected(query: str, suggestion: str, as_typed: int) -> SimpleNamespace:
    return SimpleNamespace(query=query, suggestion=suggestion, as_typed=as_typed)


def _section() -> Section:
    return Section(slug="therapies", title="Therapies explained", menu_title="Therapies")


def _article(**fields: Any) -> Article:
    words = {"title": "A title of the usual length", "summary": "One sentence that says what a reader will find here."}
    return Article(section=_section(), slug="group-therapy", drawing=Drawing.GROUP_THERAPY, **words, **fields)


def _reviewed(next_review_due: date) -> Article:
    role = "Consultant psychiatrist"
    return _article(last_reviewed=date(2026, 3, 2), next_review_due=next_review_due, reviewer_role=role)


def _messages() -> list[SimpleNamespace]:
    at = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    theirs = SimpleNamespace(role="", at=at, text="A question.", details=[("What to call you", "A name")])
    return [theirs, SimpleNamespace(role="Nurse", at=at, text="An answer.", details=[])]


def _definition() -> Definition:
    return Definition("term-dissociation", GlossaryTerm(term="Dissociation", meaning="Feeling cut off from yourself."))


def _text(markup: str) -> str:
    terms = [GlossaryTerm(term="Dissociation", meaning="Feeling cut off from yourself.")]
    return Renderer(numbers={"paper-2024": 1}, terms=terms).text(markup, explain=True)


def _page() -> SimpleNamespace:
    linked = Source(key="paper-2024", title="A paper with a link", publisher="A journal", year=2024, url="https://example.org/")
    unlinked = Source(key="book-2020", title="A book without one", publisher="A publisher", note="Only its summary was read.")
    return SimpleNamespace(
        minutes=4,
        headings=[Heading("what", "What is it?"), Heading("how", "How does it help?")],
        profile=[("what_it_is", "what it is", "Talking with others."), ("format", "how it is held", "In a group.")],
        urgent_help="",
        faqs=[("Will I have to speak?", _text("<p>No. Many people listen at first.</p>"))],
        changes=[
            ChangeNote(day=date(2026, 3, 2), note="New figures for 2025"),
            ChangeNote(day=date(2025, 6, 16), note="A longer answer to how long it takes, and a new source for it"),
        ],
        sources=[CitedSource(1, linked, ["cite-1-1", "cite-1-2"]), CitedSource(2, unlinked, [])],
    )


def _lines() -> list[SupportLine]:
    return [
        SupportLine(key="a", name="A helpline", description="Someone who listens.", phone="116 123", hours="Day and night"),
        SupportLine(key="b", name="By text", description="Free texts.", text_number="85258", text_keyword="SHOUT", area="UK"),
        SupportLine(
            key="c", name="On the web", description="A charity.", email="hello@example.org", url="https://example.org/"
        ),
        SupportLine(key="d", name="In person", description="A place to go.", in_person=True, audience="Anyone"),
    ]
