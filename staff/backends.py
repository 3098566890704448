"""Who may sign in at all."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend

if TYPE_CHECKING:
    from staff.models import User


class StaffBackend(ModelBackend):
    """Staff who work here, by email address and password. Everybody else is told the same as for a wrong password."""

    def user_can_authenticate(self, user: "User | Any") -> bool:
        """Also asked at every request: who leaves is signed out everywhere at once."""
        return super().user_can_authenticate(user) and user.is_staff
