"""The rest of the content in the admin: every page opens, and what must not be done cannot be."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.models import (
    Article,
    ClinicDetails,
    GlossaryTerm,
    OutsideLink,
    PageCount,
    Picture,
    Redirect,
    Section,
    Source,
    SupportLine,
)
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
    make_user,
    picture_file,
)
from tests.pages import count_queries, form_values, links, texts, tree

pytestmark = pytest.mark.django_db


def therapy():
    """An article with all its parts."""
    article = make_article(section=make_section(slug="therapies"), picture=make_picture())
    make_profile(article)
    make_faq(article)
    cite(article, make_source())
    article.support_lines.add(make_line())
    return article


def clinic():
    details = ClinicDetails(pk=1)
    details.save()
    return details


def moved():
    article = make_article(slug="old")
    article.slug = "new"
    article.save()
    return Redirect.objects.get()


#: Every content model of the admin, and how to make one.
ROWS = {
    Article: therapy,
    Section: make_section,
    Source: make_source,
    GlossaryTerm: make_term,
    SupportLine: make_line,
    Picture: make_picture,
    ClinicDetails: clinic,
    Redirect: moved,
}
WITH_HISTORY = [model for model in ROWS if hasattr(model, "history")]
EDITABLE = [model for model in WITH_HISTORY if model is not ClinicDetails]


def address(model, name, *args):
    return reverse(f"admin:content_{model._meta.model_name}_{name}", args=args)


def save(client, row, **changes):
    """Open a row, change what is named, and press Save."""
    page = address(type(row), "change", row.pk)
    return client.post(page, form_values(client.get(page), f"{row._meta.model_name}_form", **changes))


def errors(response):
    return texts(response, "//ul[contains(@class, 'errorlist')]/li")


# --- Every page opens -------------------------------------------------------------------------------------------------


def test_every_content_model_of_the_admin_is_in_the_table(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("boss@clinic.example", name="Boss"))
    [app] = [app for app in client.get("/admin/").context["app_list"] if app["app_label"] == "content"]

    assert {model["model"] for model in app["models"]} == set(ROWS) | {OutsideLink, PageCount}  # which are only looked at


@pytest.mark.parametrize("model", ROWS)
def test_list_change_and_history_open(client, sign_in, model):
    row = ROWS[model]()
    sign_in("manager")
    names = ["changelist", "change", "history"]

    answers = [client.get(address(model, name, *([] if name == "changelist" else [row.pk])), follow=True) for name in names]

    assert [response.status_code for response in answers] == [200, 200, 200]
    assert str(row) in texts(answers[1], "//body")[0]


@pytest.mark.parametrize(
    ("model", "name"), [(Article, "Articles"), (Redirect, "Redirects"), (OutsideLink, "Links to other sites")]
)
def test_list_bears_the_name_that_leads_to_it(client, sign_in, model, name):
    sign_in("editor")
    response = client.get(address(model, "changelist"))

    assert texts(response, "//h1") == [name]
    assert texts(response, "//title") == [f"{name} | Acquiesce"]
    assert name in texts(client.get("/admin/"), "//th[@scope='row']")


@pytest.mark.parametrize("model", [Article, Section, Redirect])
def test_lists_and_forms_name_nothing_as_the_database_does(client, sign_in, model):
    make_article(section=make_section()).redirects.create(old_path="/old/")
    sign_in("manager")

    heads = texts(client.get(address(model, "changelist")), "//table[@id='result_list']//th[@scope='col']")
    labels = texts(client.get(address(Section, "add")), "//label")

    assert not {"Slug", "Updated at", "Created at", "Old path"} & {words.strip(" 12") for words in [*heads, *labels]}
    assert "Address:" in labels


@pytest.mark.parametrize("model", EDITABLE)
def test_empty_form_opens(client, sign_in, model):
    sign_in("manager")

    assert client.get(address(model, "add")).status_code == 200


@pytest.mark.parametrize("model", EDITABLE)
def test_empty_form_is_refused_with_reasons(client, sign_in, model):
    sign_in("manager")

    response = client.post(
        address(model, "add"), form_values(client.get(address(model, "add")), f"{model._meta.model_name}_form")
    )

    assert response.status_code == 200
    assert "This field is required." in errors(response)
    assert model.objects.count() == 0


def test_refused_form_leads_from_its_top_to_each_error(client, sign_in):
    article = make_draft(title="Sleep")
    sign_in("editor")
    page = address(Article, "change", article.pk)
    values = form_values(client.get(page), "article_form") | {"title": "", "slug": "no slug"}

    response = client.post(page, values | {"faqs-TOTAL_FORMS": 1, "faqs-0-question": "Why?", "faqs-0-order": 0})

    listed = "//section[@class='refused']//li"
    assert texts(response, listed) == [
        "Title: This field is required.",
        "Address: Use letters, numbers and hyphens only, such as sleep-and-ketamine.",
        "Question 1, Answer: This field is required.",
    ]
    led_to = [link.removeprefix("#") for link in tree(response).xpath(f"{listed}/a/@href")]
    assert [len(texts(response, f"//*[@id='{name}']")) for name in led_to] == [1, 1, 1]


@pytest.mark.parametrize("model", WITH_HISTORY)
def test_row_is_saved_as_it_is(client, sign_in, model):
    """What the form shows is what it takes back, and nothing that nobody touched is changed."""
    row = ROWS[model]()
    before = model.objects.filter(pk=row.pk).values().get()
    sign_in("manager")

    response = save(client, row)

    after = model.objects.filter(pk=row.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert (response.status_code, changed - {"updated_at", "publish_at"}) == (302, set())  # the form has whole seconds


@pytest.mark.parametrize("model", WITH_HISTORY)
def test_old_version_opens_and_can_be_restored(client, sign_in, model):
    row = ROWS[model]()
    old = row.history.first()
    sign_in("manager")
    page = address(model, "simple_history", row.pk, old.history_id)
    opened = client.get(page)

    restored = client.post(page, form_values(opened, f"historical{model._meta.model_name}_form"))

    assert texts(opened, "//h1") == [f"{row}, an earlier version"]
    assert (opened.status_code, restored.status_code) == (200, 302)
    assert row.history.count() >= 2


@pytest.mark.parametrize("model", WITH_HISTORY)
def test_history_says_what_changed(client, sign_in, model):
    row = ROWS[model]()
    name = {GlossaryTerm: "meaning", SupportLine: "name", ClinicDetails: "fees"}.get(model, "title")
    setattr(row, name, "Something quite new")
    row.save()
    sign_in("manager")

    assert "Something quite new" in texts(client.get(address(model, "history", row.pk)), "//ol[@id='change-history']")[0]


@pytest.mark.parametrize("model", ROWS)
def test_public_gets_the_sign_in_page(model):
    row = ROWS[model]()
    pages = [address(model, "changelist"), address(model, "change", row.pk), address(model, "history", row.pk)]

    assert [Client().get(page)["Location"] for page in pages] == [f"/admin/login/?next={page}" for page in pages]


@pytest.mark.parametrize("model", ROWS)
def test_staff_without_a_role_see_nothing(client, sign_in, model):
    row = ROWS[model]()
    sign_in("")
    pages = [address(model, "changelist"), address(model, "change", row.pk), address(model, "history", row.pk)]

    assert [client.get(page, follow=True).status_code for page in pages] == [403, 403, 403]


@pytest.mark.parametrize("model", [Source, GlossaryTerm, SupportLine, Section, Picture, Redirect])
def test_list_takes_as_many_queries_for_three_as_for_one(client, sign_in, model):
    sign_in("manager")
    page = address(model, "changelist")

    def make(number):
        if model is Redirect:
            article = make_article(slug=f"old-{number}", section=make_section(slug=f"part-{number}"))
            article.slug = f"new-{number}"
            article.save()
        else:
            ROWS[model](**{Section: {"slug": f"s-{number}"}, GlossaryTerm: {"term": f"Term {number}"}}.get(model, {}))

    make(1)
    with_one = count_queries(client, page)
    make(2)
    make(3)

    assert count_queries(client, page) == with_one <= 12
    assert model.objects.count() == 3


@pytest.mark.parametrize("model", [Section, SupportLine, ClinicDetails, Redirect])
def test_editor_looks_at_what_only_others_change(client, sign_in, model):
    row = ROWS[model]()
    sign_in("editor")
    page = address(model, "change", row.pk)
    before = model.objects.filter(pk=row.pk).values().get()

    looked, posted = (
        client.get(page),
        client.post(page, {"title": "Forged", "name": "Forged", "fees": "Forged", "old_path": "/forged/"}),
    )

    assert (looked.status_code, posted.status_code) == (200, 403)
    assert model.objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("model", [Section, SupportLine, ClinicDetails])
def test_editor_cannot_change_them_through_their_history(client, sign_in, model):
    row = ROWS[model]()
    before = model.objects.filter(pk=row.pk).values().get()
    values = before | {"title": "Forged", "name": "Forged", "fees": "Forged"}
    sign_in("editor")

    response = client.post(
        address(model, "simple_history", row.pk, row.history.first().history_id),
        {k: v for k, v in values.items() if v is not None},
    )

    assert response.status_code == 403
    assert model.objects.filter(pk=row.pk).values().get() == before


# --- Redirects --------------------------------------------------------------------------------------------------------


def test_redirect_is_looked_at_but_not_made_or_changed(client, sign_in):
    redirect = moved()
    sign_in("manager")

    posted = [
        client.post(page, {"old_path": "/forged/", "article": redirect.article_id})
        for page in (address(Redirect, "add"), address(Redirect, "change", redirect.pk))
    ]

    assert [response.status_code for response in posted] == [403, 403]
    assert Redirect.objects.values_list("old_path", flat=True).get() == "/ketamine/old/"


@pytest.mark.parametrize(("role", "left"), [("editor", 1), ("reviewer", 1), ("manager", 0)])
def test_redirect_is_deleted_by_managers_only(client, sign_in, role, left):
    redirect = moved()
    sign_in(role)

    client.post(address(Redirect, "delete", redirect.pk), {"post": "yes"})

    assert Redirect.objects.count() == left


# --- Clinic details ---------------------------------------------------------------------------------------------------


def test_list_of_clinic_details_goes_straight_to_the_one_row(client, sign_in):
    sign_in("manager")

    response = client.get(address(ClinicDetails, "changelist"))

    assert response["Location"] == address(ClinicDetails, "change", 1)
    assert ClinicDetails.objects.count() == 1


def test_second_clinic_cannot_be_made_nor_the_one_deleted(client, sign_in):
    row = clinic()
    sign_in("manager")

    added = client.post(address(ClinicDetails, "add"), {"clinic_name": "Another"})
    deleted = client.post(address(ClinicDetails, "delete", row.pk), {"post": "yes"})

    assert (added.status_code, deleted.status_code) == (403, 403)
    assert ClinicDetails.objects.values_list("clinic_name", flat=True).get() == "Acquiesce"


def test_form_of_the_clinic_says_what_is_missing(client, sign_in):
    row = ClinicDetails(pk=1, phone="020 7946 0123", fees="Free.")
    row.save()
    sign_in("manager")

    [message] = texts(client.get(address(ClinicDetails, "change", 1)), "//ul[@class='messagelist']/li")

    assert message.startswith("Left out of the site because they are empty: legal name, address, email,")
    assert [word for word in ("phone", "fees") if word in message] == []


def test_saved_details_show_on_the_site(client, sign_in):
    row = clinic()
    sign_in("manager")

    save(client, row, phone="020 7946 0123")

    assert "tel:02079460123" in links(Client().get("/contact/"))


# --- Support lines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["reviewer", "manager"])
def test_lines_are_marked_as_checked_today(client, sign_in, role):
    old = timezone.localdate() - timedelta(days=200)
    lines = [make_line(last_checked=old), make_line(last_checked=None), make_line(last_checked=old)]
    sign_in(role)

    response = client.post(
        address(SupportLine, "changelist"),
        {"action": "mark_checked", "_selected_action": [lines[0].pk, lines[1].pk]},
        follow=True,
    )

    today = timezone.localdate()
    assert list(SupportLine.objects.order_by("pk").values_list("last_checked", flat=True)) == [today, today, old]
    assert texts(response, "//ul[@class='messagelist']/li") == ["Marked as checked today: 2."]
    assert lines[0].history.first().history_user.groups.get().name == role


def test_editor_cannot_mark_lines_as_checked(client, sign_in):
    line = make_line(last_checked=None)
    sign_in("editor")

    client.post(address(SupportLine, "changelist"), {"action": "mark_checked", "_selected_action": [line.pk]})
    line.refresh_from_db()

    assert line.last_checked is None


def test_line_that_cannot_be_reached_is_an_error(client, sign_in):
    line = make_line(phone="116 123")
    sign_in("manager")

    response = save(client, line, phone="")

    assert errors(response) == ["Give at least one way to reach it: a number, an email, a web address, or in person."]


def test_check_date_in_the_future_is_an_error(client, sign_in):
    line = make_line()
    sign_in("manager")

    response = save(client, line, last_checked=str(timezone.localdate() + timedelta(days=1)))

    assert errors(response) == ["This date is in the future."]


# --- Pictures ---------------------------------------------------------------------------------------------------------

DESCRIBE = "Describe the picture, or tick “decorative” and leave the description empty."
AGAIN = "Choose this file again, please. Your browser does not keep it while you mend the rest."


@pytest.mark.parametrize(
    ("words", "complaints"),
    [
        ({"alt": "A teal field."}, []),
        ({"decorative": "on"}, []),
        ({}, [DESCRIBE, AGAIN]),
        ({"alt": "A teal field.", "decorative": "on"}, [DESCRIBE, AGAIN]),
    ],
)
def test_picture_needs_a_description_or_to_be_decorative(client, sign_in, words, complaints):
    sign_in("editor")
    values = form_values(client.get(address(Picture, "add")), "picture_form", title="Teal", file=picture_file(), **words)

    response = client.post(address(Picture, "add"), values)

    assert (errors(response) if response.status_code == 200 else []) == complaints
    assert Picture.objects.count() == (0 if complaints else 1)


@pytest.mark.parametrize(
    ("upload", "complaint"),
    [
        (lambda: picture_file("GIF"), "This file is not a JPEG, PNG or WebP picture. Save it as one of these and choose that."),
        (
            lambda: picture_file("BMP", name="photo.png"),
            "This file is not a JPEG, PNG or WebP picture. Save it as one of these and choose that.",
        ),
    ],
)
def test_file_that_is_no_photograph_is_an_error(client, sign_in, upload, complaint):
    sign_in("editor")
    values = form_values(client.get(address(Picture, "add")), "picture_form", title="Teal", alt="A field.", file=upload())

    response = client.post(address(Picture, "add"), values)

    assert complaint in errors(response)
    assert Picture.objects.count() == 0


def test_picker_offers_every_picture_with_its_description(client, sign_in):
    picture = make_picture(title="Teal", alt='A "teal" field')
    sign_in("editor")

    [button] = tree(client.get(address(Picture, "pick"))).xpath("//main//button[@data-address]")

    assert (button.get("data-address"), button.get("data-alt")) == (picture.file.url, 'A "teal" field')


def test_picker_without_pictures_says_so(client, sign_in):
    sign_in("editor")

    assert "There are no pictures yet." in texts(client.get(address(Picture, "pick")), "//body")[0]


def test_picker_needs_the_right_to_look(client, sign_in):
    make_picture(title="Teal")
    sign_in("")

    response = client.get(address(Picture, "pick"))

    assert response.status_code == 403
    assert b"Teal" not in response.content


# --- Sections, sources and the glossary -------------------------------------------------------------------------------


def test_new_address_of_a_section_leaves_redirects(client, sign_in):
    article = make_article(section=make_section(slug="sleep"), slug="well")
    sign_in("manager")

    save(client, article.section, slug="rest")

    moves = {page: Client().get(page).headers.get("Location") for page in ("/sleep/", "/sleep/well/")}
    assert moves == {"/sleep/": "/rest/", "/sleep/well/": "/rest/well/"}


def test_section_cannot_take_the_address_of_another_page(client, sign_in):
    section = make_section(slug="sleep")
    sign_in("manager")

    assert errors(save(client, section, slug="search")) == ["/search/ is another page of this site. Choose a different word."]


@pytest.mark.parametrize(("model", "part"), [(Section, "section"), (Source, "source")])
def test_what_articles_need_cannot_be_deleted(client, sign_in, model, part):
    article = make_draft()
    source = make_source()
    cite(article, source)
    row = article.section if part == "section" else source
    sign_in("manager")

    response = client.post(address(model, "delete", row.pk), {"post": "yes"})

    assert response.status_code == 200
    assert model.objects.count() == 1
    assert in_the_way(response) == {reverse("admin:content_article_change", args=[article.pk])}


@pytest.mark.parametrize("count", [1, 3])
def test_articles_that_cite_a_source_are_named_when_several_are_to_go(client, sign_in, count):
    source, free = make_source(), make_source()
    articles = [make_article(), make_draft(), make_article()][:count]
    for article in articles:
        cite(article, source)
    cite(make_article(), make_source())
    sign_in("manager")
    chosen = {"action": "delete_selected", "_selected_action": [source.pk, free.pk], "post": "yes"}

    response = client.post(address(Source, "changelist"), chosen)

    assert Source.objects.count() == 3
    assert in_the_way(response) == {reverse("admin:content_article_change", args=[article.pk]) for article in articles}


def test_page_that_asks_before_several_are_deleted_says_what_they_are(client, sign_in):
    sign_in("manager")
    chosen = {"action": "delete_selected", "_selected_action": [make_source().pk]}

    response = client.post(address(Source, "changelist"), chosen)

    assert texts(response, "//h1") == ["Delete sources"]
    assert texts(response, "//title") == ["Delete sources | Acquiesce"]
    assert "objects" not in " ".join(texts(response, "//div[@class='breadcrumbs']"))
    assert Source.objects.exists()


def test_source_that_nothing_cites_can_be_deleted(client, sign_in):
    source = make_source()
    sign_in("manager")

    client.post(address(Source, "delete", source.pk), {"post": "yes"})

    assert not Source.objects.exists()


def in_the_way(response):
    """Return where the links of a refusal to delete lead, if it says kindly what to do."""
    assert "cannot be deleted yet" in " ".join(texts(response, "//main//p"))
    return set(tree(response).xpath("//main//li/a/@href"))


def test_list_of_sources_counts_the_articles_that_cite_them(client, sign_in):
    twice, never = make_source(key="cited-twice"), make_source(key="cited-never")
    cite(make_article(), twice)
    cite(make_draft(), twice)
    sign_in("editor")
    response = client.get(address(Source, "changelist"))

    keys, counts = (
        texts(response, "//th[contains(@class, 'field-key')]"),
        texts(response, "//td[contains(@class, 'field-times_cited')]"),
    )
    assert dict(zip(keys, counts, strict=True)) == {twice.key: "2", never.key: "0"}


def test_source_needs_a_key_that_texts_can_cite(client, sign_in):
    source = make_source()
    sign_in("editor")

    complaint = "Use two or more lower-case words or numbers joined by hyphens, such as harding-2025."
    assert [errors(save(client, source, key=key)) for key in ("harding", "Harding-2025")] == [[complaint], [complaint]]


def test_web_address_without_its_start_is_taken_as_secure(client, sign_in):
    source = make_source()
    sign_in("editor")

    save(client, source, url="www.nhs.uk/page")
    source.refresh_from_db()

    assert source.url == "https://www.nhs.uk/page"


def test_address_that_the_templates_lead_to_keeps_its_redirect(client):
    client.force_login(make_user("manager"))
    page = make_article(section=make_section(slug="pages", standing=True), slug="urgent-help")
    page.slug = "in-a-crisis"
    page.save()
    address = reverse("admin:content_redirect_delete", args=[Redirect.objects.get().pk])

    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Redirect.objects.exists()


# --- What lists are for -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "words"), [(SupportLine, "Helplines that pages name"), (Redirect, "made by themselves")])
def test_list_says_what_it_is_for_where_its_name_does_not(client, sign_in, model, words):
    sign_in("manager")

    (intro,) = texts(client.get(address(model, "changelist")), "//p[@class='list-intro']")

    assert words in intro
