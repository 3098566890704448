"""The admin for those who answer enquiries and those who look after teams and rules."""

from enquiries.admin import desk, records, routing, settings

__all__ = ["desk", "records", "routing", "settings"]
