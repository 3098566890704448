"""The rules of the content: held by the database, and said kindly before it comes to that."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import get_resolver
from django.utils import timezone

from content.models import (
    Article,
    Citation,
    ClinicDetails,
    Faq,
    GlossaryTerm,
    Picture,
    Redirect,
    SearchDocument,
    Section,
    StarterRecord,
    SupportLine,
    TherapyProfile,
)
from content.models.section import RESERVED_SLUGS
from tests.content.factories import (
    cite,
    make_article,
    make_draft,
    make_faq,
    make_line,
    make_picture,
    make_profile,
    make_section,
    make_source,
    make_term,
    picture_file,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 4)


@pytest.fixture
def refused_by_database():
    """Return a context in which the database must refuse by the constraint of this name (SQLite names columns instead)."""

    class Refused:
        def __init__(self, name, columns=""):
            self.words = name if connection.vendor == "postgresql" or not columns else columns

        def __enter__(self):
            self.raises = pytest.raises(IntegrityError, match=self.words)
            self.raises.__enter__()
            self.atomic = transaction.atomic()
            self.atomic.__enter__()

        def __exit__(self, *error):
            self.atomic.__exit__(*error)
            return self.raises.__exit__(*error)

    return Refused


def messages(row):
    """Return what full_clean says about a row, which must be refused."""
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    return refusal.value.message_dict


def unsaved_article(**fields):
    section = fields.pop("section", None) or make_section()
    return Article(**{"section": section, "slug": "new", "title": "New", "summary": "New.", "body": "<p>New.</p>", **fields})


# --- A published article has a publish time ---------------------------------------------------------------------------


def test_database_refuses_publishing_without_a_time(refused_by_database):
    section = make_section()

    with refused_by_database("content_published_has_time"):
        Article.objects.create(section=section, slug="a", title="A", summary="A", body="A", state="published")


def test_database_refuses_publishing_without_a_time_in_bulk(refused_by_database):
    section = make_section()

    with refused_by_database("content_published_has_time"):
        Article.objects.bulk_create([Article(section=section, slug="a", title="A", summary="A", body="A", state="published")])


def test_database_refuses_taking_the_time_from_a_published_article(refused_by_database):
    article = make_article()

    with refused_by_database("content_published_has_time"):
        Article.objects.filter(pk=article.pk).update(publish_at=None)


def test_publishing_without_a_time_is_explained():
    assert messages(unsaved_article(state="published")) == {"__all__": ["A published article needs a publish time."]}


def test_draft_needs_no_publish_time():
    assert make_draft().publish_at is None


# --- Reviews ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [0, -1])
def test_database_refuses_a_next_review_on_or_before_the_last(refused_by_database, days):
    article = make_article()

    with refused_by_database("content_next_review_after_last"):
        Article.objects.filter(pk=article.pk).update(
            last_reviewed=TODAY, next_review_due=TODAY + timedelta(days=days), reviewer_role="Psychiatrist"
        )


def test_next_review_before_the_last_is_explained():
    article = unsaved_article(last_reviewed=date(2024, 5, 4), next_review_due=date(2024, 5, 3), reviewer_role="Nurse")

    assert messages(article) == {"__all__": ["The next review must come after the last one."]}


def test_next_review_the_day_after_is_kept():
    article = make_article(last_reviewed=date(2024, 5, 4), next_review_due=date(2024, 5, 5), reviewer_role="Nurse")

    article.refresh_from_db()

    assert (article.last_reviewed, article.next_review_due) == (date(2024, 5, 4), date(2024, 5, 5))


def test_database_refuses_a_review_without_a_role(refused_by_database):
    article = make_article()

    with refused_by_database("content_review_names_role"):
        Article.objects.filter(pk=article.pk).update(last_reviewed=TODAY)


def test_review_without_a_role_is_explained():
    assert messages(unsaved_article(last_reviewed=date(2024, 5, 4))) == {
        "__all__": ["Say in which role the reviewer approved it."]
    }


@time_machine.travel(datetime(2026, 5, 4, 23, 30, tzinfo=ZoneInfo("Europe/London")), tick=False)
def test_review_in_the_future_is_refused_by_the_date_in_london():
    article = unsaved_article(last_reviewed=TODAY + timedelta(days=1), reviewer_role="Nurse")

    assert messages(article) == {"last_reviewed": ["A review cannot have happened in the future."]}


@time_machine.travel(datetime(2026, 5, 4, 0, 30, tzinfo=ZoneInfo("Europe/London")), tick=False)
def test_review_today_is_kept_though_it_is_yesterday_in_utc():
    assert make_article(last_reviewed=TODAY, reviewer_role="Nurse").last_reviewed == TODAY


# --- Addresses are unique ---------------------------------------------------------------------------------------------


def test_database_refuses_a_second_article_at_an_address(refused_by_database):
    article = make_article(slug="same")

    with refused_by_database("content_article_address", "content_article.section_id, content_article.slug"):
        Article.objects.create(section=article.section, slug="same", title="B", summary="B", body="B")


def test_second_article_at_an_address_is_explained():
    article = make_article(slug="same")

    assert messages(unsaved_article(section=article.section, slug="same")) == {
        "__all__": ["Another article in this section has this address."]
    }


def test_same_slug_in_two_sections_is_kept():
    make_article(slug="same", section=make_section(slug="ketamine"))
    make_article(slug="same", section=make_section(slug="families"))

    assert sorted(Article.objects.values_list("section__slug", "slug")) == [("families", "same"), ("ketamine", "same")]


def test_working_copy_has_the_slug_of_its_page():
    page = make_article(slug="same")

    make_draft(slug="same", section=page.section, revises=page)

    assert Article.objects.filter(section=page.section, slug="same").count() == 2


def test_database_refuses_a_second_working_copy(refused_by_database):
    page = make_article()
    make_draft(revises=page)

    with refused_by_database("revises_id"):
        Article.objects.create(section=page.section, slug="x", title="B", summary="B", body="B", revises=page)


def test_database_refuses_a_public_working_copy(refused_by_database):
    copy = make_draft(revises=make_article())

    with refused_by_database("content_revision_is_not_public"):
        Article.objects.filter(pk=copy.pk).update(state="published", publish_at=timezone.now())


def test_database_refuses_a_second_section_at_an_address(refused_by_database):
    make_section(slug="same")

    with refused_by_database("slug"):
        Section.objects.create(slug="same", title="B", menu_title="B", summary="B")


def test_second_section_at_an_address_is_explained():
    make_section(slug="same")

    assert messages(Section(slug="same", title="B", menu_title="B", summary="B")) == {
        "slug": ["Section with this Slug already exists."]
    }


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_section_cannot_take_the_address_of_another_page(slug):
    assert messages(Section(slug=slug, title="B", menu_title="B", summary="B")) == {
        "slug": [f"/{slug}/ is another page of this site. Choose a different word."]
    }


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_standing_page_cannot_take_the_address_of_another_page(slug):
    section = make_section(slug="site", standing=True)

    assert messages(unsaved_article(section=section, slug=slug)) == {
        "slug": [f"/{slug}/ is another page of this site. Choose a different word."]
    }


def test_section_cannot_take_the_address_of_a_standing_page():
    make_article(slug="privacy", section=make_section(slug="site", standing=True))

    assert messages(Section(slug="privacy", title="B", menu_title="B", summary="B")) == {
        "slug": ["/privacy/ is another page of this site. Choose a different word."]
    }


@pytest.mark.parametrize("slug", ["families", "search"])
def test_section_cannot_become_standing_while_a_page_has_the_address_of_another(slug):
    make_section(slug="families")
    section = make_section(slug="old")
    make_article(slug=slug, title="In the way", section=section)
    section.standing = True

    assert messages(section) == {
        "standing": [f"/{slug}/ is another page of this site. Give “In the way” a different address first."]
    }


def test_standing_page_cannot_take_the_address_of_a_section():
    make_section(slug="ketamine")

    assert messages(unsaved_article(section=make_section(slug="site", standing=True), slug="ketamine")) == {
        "slug": ["/ketamine/ is another page of this site. Choose a different word."]
    }


def test_section_may_have_the_slug_of_an_article_elsewhere():
    make_article(slug="families", section=make_section(slug="ketamine"))

    assert make_section(slug="families").get_absolute_url() == "/families/"


def test_no_article_takes_the_address_of_the_comparison():
    assert messages(unsaved_article(slug="compare")) == {"slug": ["This address belongs to the comparison of the therapies."]}


def test_every_fixed_address_of_one_word_is_reserved():
    patterns = get_resolver().url_patterns
    patterns = [*patterns, *patterns[-1].url_patterns]
    words = {str(pattern.pattern).strip("/").partition("/")[0] for pattern in patterns}
    fixed = {word for word in words if word and "<" not in word and "." not in word}

    assert fixed - RESERVED_SLUGS - {"therapies"} == set()


# --- One of each ------------------------------------------------------------------------------------------------------


def test_database_refuses_a_second_profile(refused_by_database):
    profile = make_profile(make_article())

    with refused_by_database("content_therapyprofile_pkey", "content_therapyprofile.article_id"):
        TherapyProfile.objects.bulk_create([TherapyProfile(article=profile.article)])


def test_second_profile_is_explained():
    article = make_article()
    make_profile(article)
    values = {field.name: "x" for field in TherapyProfile.profile_fields()}
    second = TherapyProfile(article=article, **values)
    second._state.adding = True

    assert messages(second) == {"article": ["Therapy profile with this Article already exists."]}


@pytest.mark.parametrize("field", [field.name for field in TherapyProfile.profile_fields()])
def test_profile_needs_every_field(field):
    values = {field.name: "x" for field in TherapyProfile.profile_fields()} | {field: ""}

    assert messages(TherapyProfile(article=make_article(), **values)) == {field: ["This field cannot be blank."]}


def test_database_refuses_a_second_clinic(refused_by_database):
    ClinicDetails.objects.create(pk=1)

    with refused_by_database("content_one_clinic"):
        ClinicDetails.objects.bulk_create([ClinicDetails(pk=2)])


def test_second_clinic_is_refused_by_validation():
    assert list(messages(ClinicDetails(pk=2))) == ["__all__"]


def test_database_refuses_a_second_standing_section(refused_by_database):
    make_section(slug="site", standing=True)

    with refused_by_database("content_one_standing_section", "content_section.standing"):
        Section.objects.create(slug="other", title="B", menu_title="B", summary="B", standing=True)


def test_second_standing_section_is_refused_by_validation():
    make_section(slug="site", standing=True)

    assert list(messages(Section(slug="other", title="B", menu_title="B", summary="B", standing=True))) == ["__all__"]


def test_several_sections_that_do_not_stand_alone_are_kept():
    make_section(slug="one")
    make_section(slug="two")

    assert Section.objects.listed().count() == 2


def test_database_refuses_a_source_cited_twice(refused_by_database):
    article, source = make_article(), make_source()
    cite(article, source)

    with refused_by_database("content_source_cited_once", "content_citation.article_id, content_citation.source_id"):
        Citation.objects.create(article=article, source=source, order=1)


def test_source_cited_twice_is_explained():
    article, source = make_article(), make_source()
    cite(article, source)

    assert messages(Citation(article=article, source=source, order=1)) == {"__all__": ["This source is listed twice."]}


def test_database_refuses_two_records_of_one_starter_entry(refused_by_database):
    values = {"kind": "source", "key": "a", "object_id": 1, "file_digest": "x", "row_digest": "x"}
    StarterRecord.objects.create(**values)

    with refused_by_database("content_one_record_an_entry", "content_starterrecord.kind, content_starterrecord.key"):
        StarterRecord.objects.create(**values)


# --- Pictures ---------------------------------------------------------------------------------------------------------

DESCRIBE = {"__all__": ["Describe the picture, or tick “decorative” and leave the description empty."]}
BOTH_OR_NEITHER = pytest.mark.parametrize(("alt", "decorative"), [("", False), ("A path.", True)])


@BOTH_OR_NEITHER
def test_database_refuses_a_picture_neither_or_both_described_and_decorative(refused_by_database, alt, decorative):
    picture = make_picture()

    with refused_by_database("content_picture_described_or_decorative"):
        Picture.objects.filter(pk=picture.pk).update(alt=alt, decorative=decorative)


@BOTH_OR_NEITHER
def test_picture_neither_or_both_described_and_decorative_is_explained(alt, decorative):
    assert messages(Picture(title="A", file=picture_file(), alt=alt, decorative=decorative)) == DESCRIBE


# --- Support lines and redirects --------------------------------------------------------------------------------------

UNREACHABLE = {"phone": "", "text_number": "", "email": "", "url": "", "in_person": False}


def test_database_refuses_an_unreachable_support_line(refused_by_database):
    line = make_line()

    with refused_by_database("content_support_line_reachable"):
        SupportLine.objects.filter(pk=line.pk).update(**UNREACHABLE)


def test_unreachable_support_line_is_explained():
    assert messages(SupportLine(key="a", name="A", description="A.", **UNREACHABLE)) == {
        "__all__": ["Give at least one way to reach it: a number, an email, a web address, or in person."]
    }


@pytest.mark.parametrize(
    "way",
    [{"phone": "999"}, {"text_number": "85258"}, {"email": "a@b.example"}, {"url": "https://a.example"}, {"in_person": True}],
)
def test_one_way_to_reach_a_support_line_is_enough(way):
    line = make_line(**{**UNREACHABLE, **way})

    assert SupportLine.objects.get() == line


@time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=ZoneInfo("Europe/London")), tick=False)
def test_check_of_a_support_line_in_the_future_is_refused():
    line = SupportLine(key="a", name="A", description="A.", phone="1", last_checked=TODAY + timedelta(days=1))

    assert messages(line) == {"last_checked": ["This date is in the future."]}


def test_database_refuses_a_redirect_to_nothing(refused_by_database):
    with refused_by_database("content_redirect_one_target"):
        Redirect.objects.create(old_path="/a/")


def test_database_refuses_a_redirect_to_two_things(refused_by_database):
    article = make_article()

    with refused_by_database("content_redirect_one_target"):
        Redirect.objects.create(old_path="/a/", article=article, section=article.section)


def test_database_refuses_two_redirects_from_one_address(refused_by_database):
    article = make_article()
    Redirect.objects.create(old_path="/a/", article=article)

    with refused_by_database("old_path"):
        Redirect.objects.create(old_path="/a/", section=article.section)


@pytest.mark.parametrize("key", ["harding", "Harding-2025", "harding_2025", "2025-harding", "-harding-2025"])
def test_source_key_that_no_citation_could_name_is_refused(key):
    with pytest.raises(ValidationError) as refusal:
        make_source(key=key)

    assert refusal.value.message_dict == {
        "key": ["Use two or more lower-case words or numbers joined by hyphens, such as harding-2025."]
    }


# --- The gate ---------------------------------------------------------------------------------------------------------

NOON = datetime(2026, 5, 4, 12, tzinfo=ZoneInfo("Europe/London"))


def test_only_published_articles_past_their_time_are_public():
    with time_machine.travel(NOON, tick=False):
        public = make_article(publish_at=NOON)
        make_draft()
        make_draft(publish_at=NOON)
        make_draft(state="in_review", publish_at=NOON)
        make_article(publish_at=NOON + timedelta(seconds=1))
        make_draft(revises=public, state="in_review", publish_at=NOON)

        assert list(Article.objects.published()) == [public]
        assert [article.is_public for article in Article.objects.order_by("pk")] == [True, *[False] * 5]


def test_scheduled_article_is_public_from_its_time():
    article = make_article(publish_at=NOON)
    seen = []

    for seconds in (-1, 0, 1):
        with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
            seen.append((Article.objects.published().exists(), Article.objects.get(pk=article.pk).is_public))

    assert seen == [(False, False), (True, True), (True, True)]


def test_listed_articles_are_in_order_and_leave_out_standing_pages():
    families, ketamine = make_section(slug="families", order=2), make_section(slug="ketamine", order=1)
    make_article(slug="privacy", section=make_section(slug="site", standing=True))
    for slug, section, order in (("d", families, 1), ("c", ketamine, 2), ("b", ketamine, 1), ("a", ketamine, 1)):
        make_article(slug=slug, title=slug.upper(), section=section, order=order)
    make_draft(slug="draft", section=ketamine)

    assert [article.slug for article in Article.objects.listed()] == ["a", "b", "c", "d"]


def test_review_is_due_when_there_was_none_or_its_day_has_come():
    done = {"last_reviewed": date(2024, 1, 1), "reviewer_role": "Nurse"}
    make_article(slug="never")
    make_article(slug="due", next_review_due=TODAY, **done)
    make_article(slug="later", next_review_due=TODAY + timedelta(days=1), **done)
    make_draft(slug="draft")

    assert sorted(article.slug for article in Article.objects.review_due(TODAY)) == ["due", "never"]


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_an_article_takes_as_many_queries_however_much_it_has(django_assert_num_queries, count):
    article = make_article()
    make_profile(article)
    for _ in range(count):
        make_faq(article)
        cite(article, make_source())
        article.related.add(make_article())
        article.support_lines.add(make_line())

    with django_assert_num_queries(5):
        found = Article.objects.with_page().get(pk=article.pk)
        seen = (
            [faq.question for faq in found.faqs.all()],
            [citation.source.key for citation in found.citations.all()],
            [related.get_absolute_url() for related in found.related_published],
            [line.name for line in found.support_lines.all()],
            found.section.title,
            found.profile.evidence,
        )

    assert [len(part) for part in seen[:4]] == [count] * 4


def test_related_articles_that_are_not_public_are_left_out():
    article, shown = make_article(), make_article()
    article.related.add(shown, make_draft(), make_article(publish_at=timezone.now() + timedelta(hours=1)))

    assert Article.objects.with_page().get(pk=article.pk).related_published == [shown]


# --- Search keeps step ------------------------------------------------------------------------------------------------


def test_deleted_question_is_no_longer_found():
    article = make_article()
    faq = make_faq(article, question="Will my employer know?")
    assert "employer" in SearchDocument.objects.get(article=article).body

    faq.delete()

    assert "employer" not in SearchDocument.objects.get(article=article).body


# --- Clinic details ---------------------------------------------------------------------------------------------------


def test_clinic_without_a_row_has_a_name_and_no_facts():
    clinic = ClinicDetails.load()

    assert {name for name, value in clinic.facts().items() if value} == {"clinic_name"}
    assert len(clinic.missing()) == len(ClinicDetails.fact_names()) - 1


def test_clinic_with_a_row_says_what_is_missing():
    ClinicDetails.objects.create(pk=1, fees="£5 a year.", dp_contact="Ms Doe")

    clinic = ClinicDetails.load()

    assert clinic.facts()["fees"] == "£5 a year."
    assert "fees" not in clinic.missing()
    assert "data protection contact" not in clinic.missing()
    assert "phone" in clinic.missing()


# --- Names ------------------------------------------------------------------------------------------------------------


def test_term_lists_every_form_without_blank_lines():
    term = make_term("K-hole", other_names=" k hole \n\nK holes\n")

    assert term.names() == ["K-hole", "k hole", "K holes"]
    assert term.get_absolute_url() == "/glossary/#k-hole"


def test_phone_link_has_no_spaces():
    assert make_line(phone="116 123").phone_link == "tel:116123"


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (Article(title="Page"), "Page"),
        (Article(title="Page", revises_id=1), "Page (proposed change)"),
        (Faq(question="Why?"), "Why?"),
        (Section(title="Part"), "Part"),
        (Picture(title="Path"), "Path"),
        (GlossaryTerm(term="Word"), "Word"),
        (SupportLine(name="Line"), "Line"),
        (ClinicDetails(clinic_name="Clinic"), "Clinic"),
        (TherapyProfile(article=Article(title="CBT")), "Profile of CBT"),
        (Redirect(old_path="/a/", section=Section(title="Part")), "/a/ → Part"),
        (StarterRecord(kind="source", key="a-1"), "source a-1"),
    ],
)
def test_rows_say_what_they_are(row, name):
    assert str(row) == name


# --- Migrations -------------------------------------------------------------------------------------------------------


def content_tables():
    return {name for name in connection.introspection.table_names() if name.startswith("content_")}


@pytest.mark.django_db(transaction=True)
def test_migrations_go_back_to_nothing_and_forwards_again():
    before = content_tables()
    try:
        call_command("migrate", "content", "zero", verbosity=0)
        at_zero = (content_tables(), set(Group.objects.filter(name__in=("editor", "reviewer", "manager"))))
    finally:
        call_command("migrate", verbosity=0)

    assert at_zero == (set(), set())
    assert content_tables() == before
    make_faq(make_article(title="Bladder"))  # the search triggers are back
    assert SearchDocument.objects.get().title == "Bladder"


PUBLISHING = {"publish_article", "review_article"}


@pytest.mark.parametrize(
    ("role", "publishing"), [("editor", set()), ("reviewer", PUBLISHING), ("manager", {"publish_article"})]
)
def test_roles_differ_in_what_they_may_publish(role, publishing):
    permissions = set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))

    assert permissions & PUBLISHING == publishing
    assert {"add_article", "change_article", "view_article", "change_therapyprofile"} <= permissions


@pytest.mark.parametrize(
    ("codename", "roles"),
    [
        ("change_clinicdetails", {"manager"}),
        ("change_section", {"manager"}),
        ("change_supportline", {"manager", "reviewer"}),
        ("add_user", {"manager"}),
        ("delete_user", set()),
        ("delete_picture", {"manager"}),
    ],
)
def test_who_may_do_what(codename, roles):
    assert set(Group.objects.filter(permissions__codename=codename).values_list("name", flat=True)) == roles


def test_clinic_details_are_one_row_whatever_key_they_are_made_with():
    ClinicDetails.objects.create(fees="Free.")

    ClinicDetails(pk=7, fees="Not free.").save()

    assert list(ClinicDetails.objects.values_list("pk", "fees")) == [(1, "Not free.")]


@pytest.mark.parametrize("publish_at", [None, timezone.now() + timedelta(days=9)])
def test_page_that_was_public_cannot_forget_it(publish_at):
    article = make_article()
    article.state, article.publish_at = Article.State.DRAFT, publish_at

    with pytest.raises(ValidationError, match="This page has been public"):
        article.full_clean()


def test_required_text_with_nothing_left_after_cleaning_is_refused():
    article = make_article()
    article.body = "<script>alert(1)</script>"

    with pytest.raises(ValidationError) as refused:
        article.full_clean()

    assert refused.value.message_dict == {"body": ["This field cannot be blank."]}
