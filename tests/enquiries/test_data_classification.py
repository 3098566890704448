"""Every column of the enquiry's tables, and why it may be there. A new column without a line here fails.

"clear" is needed by routing, clocks or staff's work, and is listed in docs/threat-model.md; "sealed" is encrypted before it
is stored; "key" is key material that opens nothing by itself; "staff" says who on the staff, and what they did; "set" is what
managers set.
"""

from django.apps import apps

COLUMNS = {
    "AccessEntry": {
        "id": "staff",
        "number": "staff",
        "at": "staff",
        "act": "staff",
        "reference": "clear",
        "actor": "staff",
        "role": "staff",
        "detail": "staff",
        "hash": "staff",
    },
    "AuditHead": {"id": "staff", "count": "staff", "hash": "staff", "signature": "staff"},
    "DailySalt": {"id": "key", "day": "key", "salt": "key"},
    "Tally": {"id": "key", "day": "key", "what": "key", "who": "key", "count": "key"},
    "DeskSettings": dict.fromkeys(
        ("id", "opens", "closes", "saturdays", "sundays", "keep_closed_days", "keep_spam_days", "quiet_days"), "set"
    ),
    "Enquiry": {
        **dict.fromkeys(
            ("id", "uid", "reference", "received_at", "audience", "topic", "urgent", "team", "assignee", "state", "screening"),
            "clear",
        ),
        **dict.fromkeys(
            (
                "waiting_since",
                "due_at",
                "escalate_at",
                "seen_at",
                "closed_at",
                "close_reason",
                "erase_on",
                "changed_at",
                "version",
            ),
            "clear",
        ),
        "receipt_lookup": "key",
    },
    "SealedDocument": {
        "id": "clear",
        "uid": "clear",
        "enquiry": "clear",
        "kind": "clear",
        "written_at": "clear",
        "author": "staff",
        "sealed": "sealed",
    },
    "WrappedKey": {"id": "key", "enquiry": "clear", "recipient": "key", "suite": "key", "wrapped": "key"},
    "Viewing": {"id": "staff", "enquiry": "clear", "user": "staff", "seen_at": "staff"},
    "ErasedEnquiry": dict.fromkeys(("id", "uid", "reference", "received_on", "erased_at", "cause", "checked"), "clear"),
    "RecipientKey": dict.fromkeys(
        ("id", "uid", "user", "suite", "public", "locked_private", "state", "made_at", "drilled_at"), "key"
    ),
    "OpenDesk": dict.fromkeys(("id", "key", "session_digest", "encrypted_seed", "opened_at", "used_at"), "key"),
    "Notification": {
        **dict.fromkeys(
            ("id", "enquiry", "kind", "recipient", "made_at", "attempts", "next_attempt_at", "sent_at", "last_error"), "staff"
        ),
        "sealed_address": "sealed",
    },
    "Team": dict.fromkeys(("id", "name", "takes_on", "target_hours", "urgent_hours", "is_fallback"), "set"),
    "Team_escalate_to": dict.fromkeys(("id", "team", "user"), "set"),
    "Membership": dict.fromkeys(("id", "team", "user", "role"), "set"),
    "RoutingRule": dict.fromkeys(("id", "order", "audience", "topic", "urgent", "team"), "set"),
}


def test_every_column_has_its_reason():
    models = apps.get_app_config("enquiries").get_models(include_auto_created=True)
    columns = {model.__name__: {field.name for field in model._meta.concrete_fields} for model in models}

    assert columns == {name: set(reasons) for name, reasons in COLUMNS.items()}


def test_what_an_enquirer_may_write_has_no_column():
    texts = {
        (model.__name__, field.name)
        for model in apps.get_app_config("enquiries").get_models()
        for field in model._meta.concrete_fields
        if field.get_internal_type() in ("TextField", "JSONField", "EmailField")
    }

    assert texts == set()
