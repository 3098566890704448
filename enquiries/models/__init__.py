"""What the enquiry stores. `enquiry.py` is the heart; what it says in clear is listed in docs/threat-model.md."""

from enquiries.models.abuse import DailySalt, Tally
from enquiries.models.audit import AccessEntry, AuditHead
from enquiries.models.choices import Audience, Topic
from enquiries.models.desk import DeskSettings
from enquiries.models.enquiry import Enquiry, EnquiryQuerySet, ErasedEnquiry, SealedDocument, Viewing, WrappedKey
from enquiries.models.keys import OpenDesk, RecipientKey
from enquiries.models.notice import Notification
from enquiries.models.routing import Membership, RoutingRule, Team

__all__ = [
    "AccessEntry",
    "Audience",
    "AuditHead",
    "DailySalt",
    "DeskSettings",
    "Enquiry",
    "EnquiryQuerySet",
    "ErasedEnquiry",
    "Membership",
    "Notification",
    "OpenDesk",
    "RecipientKey",
    "RoutingRule",
    "SealedDocument",
    "Tally",
    "Team",
    "Topic",
    "Viewing",
    "WrappedKey",
]
