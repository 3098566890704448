"""The site's own drawings, as choices for editors. Each value is a file in static/images/."""

from django.db import models


class Drawing(models.TextChoices):
    """A drawing from static/images/ that a section or article can carry."""

    KETAMINE = "section-ketamine", "Ripples on still water"
    THERAPIES = "section-therapies", "Therapies"
    AFTERCARE = "section-aftercare", "A path that goes on"
    RELATED_CONDITIONS = "section-related-conditions", "Two currents meeting"
    FAMILIES = "section-families", "Side by side"
    GETTING_HELP = "section-getting-help", "An open door"
    CBT = "therapy-cognitive-behavioural-therapy", "Three loops"
    DBT = "therapy-dialectical-behaviour-therapy", "A wave that settles"
    MOTIVATIONAL_INTERVIEWING = "therapy-motivational-interviewing", "Two paths from one"
    GROUP_THERAPY = "therapy-group-therapy", "A circle"
    TRAUMA_INFORMED = "therapy-trauma-informed-therapy", "Sheltering arches"
