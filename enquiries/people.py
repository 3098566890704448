"""Who is to be told what goes wrong with enquiries."""

from django.db.models import Q, QuerySet

from staff.models import User

WORKS = Q(groups__permissions__codename="work_desk") | Q(user_permissions__codename="work_desk")
OVERSEES = Q(groups__permissions__codename="oversee_desk") | Q(user_permissions__codename="oversee_desk")
HERE = Q(is_active=True, is_staff=True)


def desk_workers() -> QuerySet[User]:
    """Return who may answer the enquiries of their teams."""
    return User.objects.filter(HERE, WORKS).distinct()


def insiders() -> QuerySet[User]:
    """Return who may know by their role that enquiries exist."""
    return User.objects.filter(HERE, WORKS | OVERSEES).distinct()


def overseers() -> QuerySet[User]:
    """Return who looks after the desk; where there is no such person, whoever may do everything."""
    here = User.objects.filter(HERE)
    managers = here.filter(OVERSEES).distinct()
    return managers if managers.exists() else here.filter(is_superuser=True)
