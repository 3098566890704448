"""The public addresses of the enquiry. None of them, and no query, says what anything is about."""

from django.urls import path

from enquiries.views.enquire import enquire
from enquiries.views.reply import reply

urlpatterns = [
    path("", enquire, name="enquire"),
    path("reply/", reply, name="enquire_reply"),
]
