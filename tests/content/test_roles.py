"""The roles, as a table: what each group may do, and nothing else."""

import pytest
from django.contrib.auth.models import Group, Permission

from content.tasks import tasks_for
from tests.content.factories import make_user

pytestmark = pytest.mark.django_db

#: view, add, change, delete, publish, review. For each model: what an editor, a reviewer and a manager may do.
TABLE = {
    "content.article": ("vacd", "vacdpr", "vacdp", ""),
    "content.faq": ("vacd", "vacd", "vacd", ""),
    "content.citation": ("vacd", "vacd", "vacd", ""),
    "content.therapyprofile": ("vac", "vac", "vac", ""),
    "content.source": ("vac", "vac", "vacd", ""),
    "content.glossaryterm": ("vac", "vac", "vacd", ""),
    "content.picture": ("vac", "vac", "vacd", ""),
    "content.section": ("v", "v", "vacd", ""),
    "content.supportline": ("v", "vc", "vacd", ""),
    "content.clinicdetails": ("v", "v", "vc", ""),
    "content.redirect": ("v", "v", "vd", ""),
    "content.outsidelink": ("v", "v", "v", ""),
    "content.pagecount": ("v", "v", "v", ""),
    "staff.user": ("", "", "vac", ""),
    "enquiries.desk": ("", "", "o", "w"),
    "enquiries.team": ("", "", "vacd", ""),
    "enquiries.membership": ("", "", "vacd", ""),
    "enquiries.routingrule": ("", "", "vacd", ""),
    "enquiries.desksettings": ("", "", "vc", ""),
    "enquiries.accessentry": ("", "", "v", ""),
    "enquiries.erasedenquiry": ("", "", "v", ""),
    "enquiries.notification": ("", "", "v", ""),
}
VERBS = {"v": "view", "a": "add", "c": "change", "d": "delete", "p": "publish", "r": "review", "w": "work", "o": "oversee"}


@pytest.mark.parametrize(("column", "role"), [(0, "editor"), (1, "reviewer"), (2, "manager"), (3, "desk")])
def test_role_has_exactly_its_permissions(column, role):
    expected = {
        f"{app}.{VERBS[letter]}_{model}"
        for app, _, model, letters in ((*name.partition("."), may[column]) for name, may in TABLE.items())
        for letter in letters
    }

    assert make_user(role).get_all_permissions() == expected


def test_there_are_no_other_roles():
    assert set(Group.objects.values_list("name", flat=True)) == {"editor", "reviewer", "manager", "desk"}


def test_staff_without_a_role_may_do_nothing():
    user = make_user()

    assert user.get_all_permissions() == set()
    assert tasks_for(user) == []


def test_no_role_touches_sessions_groups_or_the_log():
    apps = Permission.objects.filter(group__isnull=False).values_list("content_type__app_label", flat=True)

    assert set(apps) == {"content", "staff", "enquiries"}
