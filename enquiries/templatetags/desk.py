"""Template tags of the desk."""

from django import template
from django.utils.timesince import timesince, timeuntil

from enquiries.models import Enquiry

register = template.Library()


@register.inclusion_tag("admin/enquiries/desk/clock.html")
def clock(enquiry: Enquiry) -> dict[str, str]:
    """Show how long an enquiry may still wait, or by how much it is overdue."""
    if enquiry.state != Enquiry.State.WAITING:
        return {"kind": "still", "words": enquiry.get_state_display().capitalize()}
    if enquiry.is_overdue:
        return {"kind": "over", "words": f"{timesince(enquiry.due_at, depth=1)} overdue"}
    return {"kind": "urgent" if enquiry.urgent else "runs", "words": f"{timeuntil(enquiry.due_at, depth=1)} left"}
