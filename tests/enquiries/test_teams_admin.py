"""Managers look after teams and rules; what could leave an enquiry unread is refused."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from enquiries import audit
from enquiries.actions.erase import erase
from enquiries.actions.handle import assign
from enquiries.models import DeskSettings, Enquiry, Membership, Notification, RoutingRule, Team, WrappedKey
from enquiries.notices import tell_team
from tests.content.factories import make_user
from tests.enquiries.desks import make_colleague, make_quick_colleague
from tests.enquiries.factories import make_enquiry, make_key, make_team
from tests.pages import form_values, texts

pytestmark = pytest.mark.django_db
TEAMS, RULES = "/admin/enquiries/team/", "/admin/enquiries/routingrule/"


@pytest.fixture
def manager():
    client = Client()
    client.force_login(make_user("manager"))
    return client


def text(response):
    return response.content.decode()


def members(*people, initial=()):
    """Return the posted fields of a team's members: (membership, user, delete)."""
    data = {"memberships-TOTAL_FORMS": len(people), "memberships-INITIAL_FORMS": len(initial)}
    for number, (membership, user, delete) in enumerate(people):
        data[f"memberships-{number}-id"] = membership.pk if membership else ""
        data[f"memberships-{number}-user"] = user.pk
        data[f"memberships-{number}-role"] = "Nurse"
        if delete:
            data[f"memberships-{number}-DELETE"] = "on"
    return data


def team_form(team, *people, initial=()):
    return {"name": team.name, "target_hours": 16, "urgent_hours": 2, **members(*people, initial=initial)}


def test_manager_makes_a_team_with_a_member(manager):
    colleague = make_colleague()

    response = manager.post(f"{TEAMS}add/", team_form(Team(name="Young people"), (None, colleague.user, False)))

    assert response.status_code == 302, text(response)
    assert list(Team.objects.get().members.all()) == [colleague.user]


def test_only_those_with_the_desks_role_can_be_members(manager):
    response = manager.post(f"{TEAMS}add/", team_form(Team(name="Young people"), (None, make_user("editor"), False)))

    assert "Select a valid choice" in text(response)
    assert not Team.objects.exists()


def test_only_those_who_may_know_of_enquiries_are_told_of_them(manager):
    colleague, boss, editor = make_colleague(), make_user("manager"), make_user("editor")
    form = team_form(Team(name="Young people"), (None, colleague.user, False))

    refused = manager.post(f"{TEAMS}add/", {**form, "escalate_to": [editor.pk]})
    taken = manager.post(f"{TEAMS}add/", {**form, "escalate_to": [boss.pk, colleague.user.pk]})

    assert "Select a valid choice" in text(refused)
    assert taken.status_code == 302
    assert set(Team.objects.get().escalate_to.all()) == {boss, colleague.user}


def test_last_who_can_read_stays_while_enquiries_arrive(manager):
    team = make_team(is_fallback=True)
    keyed, keyless = make_colleague(team), make_colleague(team, key=False)
    first, second = (Membership.objects.get(user=person.user) for person in (keyed, keyless))
    rows = ((first, keyed.user, True), (second, keyless.user, False))

    response = manager.post(f"{TEAMS}{team.pk}/change/", team_form(team, *rows, initial=rows))

    assert "nobody left in it has a desk key" in text(response)
    assert Membership.objects.count() == 2


def test_any_member_may_leave_a_team_where_nothing_arrives(manager):
    team = make_team()
    keyed = make_colleague(team)
    row = (Membership.objects.get(), keyed.user, True)

    manager.post(f"{TEAMS}{team.pk}/change/", team_form(team, row, initial=[row]))

    assert not Membership.objects.exists()


def test_place_in_a_team_is_never_handed_to_another_person(manager):
    team = make_team()
    nurse, other = make_colleague(team), make_colleague()
    enquiry, _, _ = make_enquiry(team)
    place = Membership.objects.get()

    response = manager.post(f"{TEAMS}{team.pk}/change/", team_form(team, (place, other.user, False), initial=[place]))

    assert response.status_code == 302, text(response)
    assert list(team.members.all()) == [nurse.user]
    assert list(enquiry.wraps.filter(recipient__isnull=False).values_list("recipient__user", flat=True)) == [nurse.user.pk]


def test_row_of_who_has_left_the_clinic_does_not_stop_a_manager_from_saving(manager):
    team = make_team()
    nurse = make_colleague(team)
    nurse.user.is_active = False
    nurse.user.save()
    place = Membership.objects.get()

    manager.post(f"{TEAMS}{team.pk}/change/", {**team_form(team, (place, nurse.user, False), initial=[place]), "name": "New"})

    assert Team.objects.get().name == "New"


def test_manager_who_makes_a_nurse_an_editor_takes_them_out_of_their_teams(manager):
    team = make_team(is_fallback=True)
    nurse, stays = make_colleague(team), make_colleague(team)
    make_enquiry(team)
    page = f"/admin/staff/user/{nurse.user.pk}/change/"
    editor = Group.objects.get(name="editor")

    manager.post(page, {**form_values(manager.get(page), "user_form"), "groups": [editor.pk]})
    enquiry, _, _ = make_enquiry(team)
    tell_team(enquiry, "new")

    assert list(team.members.all()) == [stays.user]
    assert not WrappedKey.objects.filter(recipient__user=nurse.user).exists()
    assert [notice.recipient for notice in Notification.objects.all()] == [stays.user]


def fall_back(manager, *teams):
    return manager.post(TEAMS, {"action": "take_the_rest", "_selected_action": [team.pk for team in teams]}, follow=True)


def test_fallback_moves_to_a_team_that_can_read_and_to_no_other(manager):
    old, new, keyless = make_team(is_fallback=True), make_team(), make_team()
    make_colleague(new)

    assert "nobody could read" in text(fall_back(manager, keyless))
    assert Team.objects.get(is_fallback=True) == old
    assert "Tick one team" in text(fall_back(manager, new, keyless))
    fall_back(manager, new)
    assert Team.objects.get(is_fallback=True) == new


def test_destinations_cannot_be_deleted(manager):
    fallback, ruled, free = make_team(is_fallback=True), make_team(), make_team()
    RoutingRule.objects.create(team=ruled)

    codes = [manager.post(f"{TEAMS}{team.pk}/delete/", {"post": "yes"}).status_code for team in (fallback, ruled, free)]

    assert codes == [403, 403, 302]
    assert set(Team.objects.all()) == {fallback, ruled}


def test_team_with_enquiries_cannot_be_deleted(manager):
    team = make_team()
    make_enquiry(team)

    manager.post(f"{TEAMS}{team.pk}/delete/", {"post": "yes"})

    assert Enquiry.objects.get().team == team


def test_rule_to_a_team_that_could_not_read_is_refused(manager):
    keyless = make_team()
    rule = {"order": 1, "audience": "me", "topic": "", "urgent": "", "team": keyless.pk}

    response = manager.post(f"{RULES}add/", rule)

    assert "Nobody in" in text(response)
    assert not RoutingRule.objects.exists()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"audience": "professional"}, "Professionals</strong>, by rule 10"),
        ({"audience": "me", "topic": "cannabis", "urgent": "on"}, "Everybody</strong>, because no rule"),
    ],
)
def test_preview_says_where_an_enquiry_goes_and_who_could_read_it(manager, asked, said):
    everybody, professionals = make_team(name="Everybody", is_fallback=True), make_team(name="Professionals")
    for team in (everybody, professionals):
        make_colleague(team)
    RoutingRule.objects.create(audience="professional", team=professionals)

    page = text(manager.get(f"{RULES}preview/", asked))

    assert said in page
    assert "Who could read it: Staff" in page


def test_preview_says_when_there_is_nowhere_to_go(manager):
    assert "Nowhere yet" in text(manager.get(f"{RULES}preview/", {"audience": "me"}))
    assert "Where would it go?" in text(manager.get(RULES))


def test_preview_warns_of_a_team_that_cannot_read(manager):
    make_team(is_fallback=True)
    make_key()

    assert "Nobody there has a desk key" in text(manager.get(f"{RULES}preview/", {"audience": "me"}))


def test_settings_go_straight_to_the_one_row_and_are_checked(manager):
    address = manager.get("/admin/enquiries/desksettings/").url
    fields = {"opens": "09:00", "closes": "08:00", "keep_closed_days": 30, "keep_spam_days": 7, "quiet_days": 30}

    assert "must end after they begin" in text(manager.post(address, fields))
    manager.post(address, {**fields, "closes": "18:00"})
    assert DeskSettings.load().keep_closed_days == 30


@pytest.mark.parametrize("model", ["accessentry", "erasedenquiry", "notification"])
def test_records_can_be_read_and_not_changed(manager, model):
    team = make_team()
    enquiry, _, _ = make_enquiry(team)
    make_colleague(team)
    tell_team(enquiry, "new")
    assign(enquiry=enquiry, to=None, by=None, version=1)
    if model == "erasedenquiry":
        erase(enquiry=enquiry, cause="retention")
    page = manager.get(f"/admin/enquiries/{model}/")

    assert page.status_code == 200
    assert enquiry.reference in text(page)
    assert manager.get(f"/admin/enquiries/{model}/add/").status_code == 403


def test_index_tells_a_manager_what_is_wrong_and_an_editor_nothing(manager):
    page = text(manager.get("/admin/"))
    assert "no team takes what no rule sends elsewhere" in page
    assert "there is no recovery key" in page

    enquiry, _, _ = make_enquiry(make_team(is_fallback=True))
    make_key()
    page = text(manager.get("/admin/"))
    assert "<strong>1</strong> enquiry that nobody in its team can read" in page
    assert "no recovery key" not in page
    assert enquiry.reference not in page

    editor = Client()
    editor.force_login(make_user("editor"))
    assert "enquir" not in text(editor.get("/admin/")).lower()


def test_index_counts_one_as_one_and_two_as_two():
    team = make_team()
    nurse = make_quick_colleague(team)
    seen = []
    for _ in range(2):
        enquiry, _, _ = make_enquiry(team)
        held, _, _ = make_enquiry(team)
        Enquiry.objects.filter(pk=enquiry.pk).update(due_at=timezone.now())
        Enquiry.objects.filter(pk=held.pk).update(screening="held")
        seen.append(texts(nurse.client.get("/admin/"), "//section[@aria-labelledby='tasks-heading']//li"))

    assert seen == [
        ["1 enquiry overdue", "1 enquiry waiting for an answer", "1 enquiry that may be spam, to be judged"],
        ["2 enquiries overdue", "2 enquiries waiting for an answer", "2 enquiries that may be spam, to be judged"],
    ]


def test_index_tells_the_desk_what_waits():
    team = make_team()
    nurse = make_colleague(team, key=False)
    make_enquiry(team)

    page = text(nurse.client.get("/admin/"))

    assert "waiting for an answer" in page
    assert "desk passphrase to choose" in page


def test_forms_of_teams_and_rules_speak_of_people_and_say_what_an_empty_field_means(manager):
    team = make_team()
    Membership.objects.create(team=team, user=make_user("desk"))
    page = manager.get(f"{TEAMS}{team.pk}/change/")

    assert texts(page, "//fieldset//h2[@class='inline-heading']") == ["Members"]
    assert "available escalate to" not in text(page).lower()
    keys = [words for words in texts(page, "//td[contains(@class, 'field-desk_key')]/p") if words]
    assert keys == ["not yet: they make one when they open “Enquiries”"]
    assert "Leave empty what does not matter" in text(manager.get(f"{RULES}add/"))


def test_record_of_access_names_who_was_given_access_while_they_have_an_account(manager):
    nurse, gone = make_user("desk", name="Nina"), make_user("desk", name="Gone")
    for person in (nurse, gone):
        audit.record(audit.Act.REVOKED, detail=f"person {person.pk}, every team")
    number = gone.pk
    gone.delete()

    page = manager.get("/admin/enquiries/accessentry/")

    assert texts(page, "//td[contains(@class, 'field-told')]") == [f"person {number}, every team", "Nina, every team"]
