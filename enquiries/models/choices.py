"""The few answers of an enquiry that stay in clear, because routing and the clock need them."""

from django.db import models


class Audience(models.TextChoices):
    """Who an enquiry is about."""

    ME = "me", "Me"
    SOMEONE = "someone", "Someone I care about"
    PROFESSIONAL = "professional", "A person I work with, as a professional"


class Topic(models.TextChoices):
    """What help is wanted with."""

    KETAMINE = "ketamine", "Ketamine"
    CANNABIS = "cannabis", "Cannabis"
    ALCOHOL = "alcohol", "Alcohol"
    OTHER = "other", "Another drug, or several"
    UNSURE = "unsure", "I am not sure"
    WORRIED = "worried", "I am worried about someone"
