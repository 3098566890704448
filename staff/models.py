"""Who works here. The user model is ours from the first migration, so that sign-in can grow without moving identities."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes users by email address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make and return a user; without a password the account cannot sign in until one is set."""
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make and return a user who may do everything in the admin."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by email address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff, who signs in by email address."""

    email = models.EmailField("email address", unique=True, error_messages={"unique": "Someone already has this address."})
    name = models.CharField(max_length=120, help_text="As colleagues know this person. Never shown to the public.")
    is_active = models.BooleanField(
        "active",
        default=True,
        help_text="Untick when someone leaves, instead of deleting the account: history keeps its author.",
    )
    is_staff = models.BooleanField("may sign in to the admin", default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "account"
        ordering = ("name", "email")
        constraints = (
            models.UniqueConstraint(
                Lower("email"), name="staff_user_email_any_case", violation_error_message="Someone already has this address."
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        """Return the name that the admin greets with."""
        return self.name

    def is_only_manager(self) -> bool:
        """Whether nobody else who works here, and has ever signed in, could let people in."""
        managers = User.objects.filter(groups__name="manager", is_active=True, is_staff=True)
        others = managers.exclude(pk=self.pk).exclude(last_login=None)
        return managers.filter(pk=self.pk).exists() and not others.exists()
