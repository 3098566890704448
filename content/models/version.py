"""The version of everything that the public reads: one row, which the database itself changes with the content."""

from django.db import models


class ContentVersion(models.Model):
    """The one row whose token is new after every write to a table of content. Database triggers write it; nobody else does.

    The token is random and not a count: a change that is rolled back must not leave its number to the next one.
    """

    token = models.CharField(max_length=36)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="content_one_version"),)

    @classmethod
    def take_turn(cls) -> None:
        """Wait until no other writer of content is at work. Each takes this lock with its first write (content/triggers.py).

        Whoever locks another row of content must come here first, or two could wait for each other.
        """
        cls.objects.select_for_update(no_key=True).first()

    def __str__(self) -> str:
        return self.token
