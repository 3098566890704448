"""Who gets which enquiry: teams, their members, and the rules that choose between teams."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from enquiries.models.choices import Audience, Topic
from enquiries.models.keys import RecipientKey, RecipientKeyQuerySet

if TYPE_CHECKING:
    from staff.models import User

HOURS = [MinValueValidator(1), MaxValueValidator(400)]


class TeamQuerySet(models.QuerySet["Team"]):
    """Reads of teams by who belongs to them."""

    def of(self, user: "User") -> "TeamQuerySet":
        """The teams that a person is in."""
        return self.filter(memberships__user=user)


class Team(models.Model):
    """Members of staff who answer enquiries together, and may read those that are routed to them."""

    name = models.CharField(max_length=80, unique=True, help_text="Enquirers see this name on their reply page.")
    takes_on = models.CharField(max_length=300, blank=True, help_text="What this team is for, as colleagues would say it.")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="teams")
    target_hours = models.PositiveSmallIntegerField(
        "reply within (working hours)",
        default=16,
        validators=HOURS,
        help_text="After this, the enquiry is overdue and escalates.",
    )
    urgent_hours = models.PositiveSmallIntegerField(
        "reply within when help is needed today (working hours)", default=2, validators=HOURS
    )
    escalate_to = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="escalations",
        help_text="Who is told when an enquiry is overdue. With nobody here, all managers are.",
    )
    is_fallback = models.BooleanField(
        "takes whatever no rule sends elsewhere",
        default=False,
        help_text="Exactly one team does. The list of teams has an action that moves this to another.",
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("is_fallback",), condition=Q(is_fallback=True), name="enquiries_one_fallback_team"),
        ]

    def __str__(self) -> str:
        return self.name

    def hours_for(self, *, urgent: bool) -> int:
        """Return within how many working hours this team answers."""
        return self.urgent_hours if urgent else self.target_hours

    def is_destination(self) -> bool:
        """Say whether enquiries arrive here, by a rule or because no rule sends them elsewhere."""
        return self.is_fallback or (self.pk is not None and self.rules.exists())

    def recipients(self) -> RecipientKeyQuerySet:
        """Return the keys of the members who can read what is sealed to this team."""
        return RecipientKey.objects.usable().staff().filter(user__memberships__team=self)


class Membership(models.Model):
    """A person's place in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name="person"
    )
    role = models.CharField(
        max_length=60, default="Team member", help_text="What enquirers see instead of a name, for example “Nurse”."
    )

    class Meta:
        ordering = ("team", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("team", "user"),
                name="enquiries_once_in_a_team",
                violation_error_message="This person is in the team already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class RoutingRule(models.Model):
    """Sends enquiries that match to a team. The first rule that matches decides; then the fallback team."""

    order = models.PositiveSmallIntegerField(default=10, help_text="Rules are tried from the lowest number to the highest.")
    audience = models.CharField("who it is about", max_length=12, choices=Audience.choices, blank=True)
    topic = models.CharField(max_length=12, choices=Topic.choices, blank=True)
    urgent = models.BooleanField("help needed today", null=True, blank=True, choices=[(True, "yes"), (False, "no")])
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="rules", verbose_name="send to")

    class Meta:
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return f"{self.order}. {self.conditions()} → {self.team}"

    def clean(self) -> None:
        """Refuse a destination where nobody could read what arrives."""
        if self.team_id and not self.team.recipients().exists():
            raise ValidationError(
                {"team": f"Nobody in {self.team} has a desk key yet. Enquiries sent there could not be read."}
            )

    def conditions(self) -> str:
        """Return in words what a rule asks for."""
        asked = [
            f"about: {self.get_audience_display()}" if self.audience else "",
            f"topic: {self.get_topic_display()}" if self.topic else "",
            {True: "help needed today", False: "not needed today", None: ""}[self.urgent],
        ]
        return ", ".join(part for part in asked if part) or "every enquiry"

    def matches(self, audience: str, topic: str, urgent: bool) -> bool:
        """Say whether an enquiry with these answers is for this rule."""
        return self.audience in ("", audience) and self.topic in ("", topic) and (self.urgent is None or self.urgent == urgent)
