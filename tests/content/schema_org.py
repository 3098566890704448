"""The part of schema.org's vocabulary that the site uses.

Taken from https://schema.org/version/latest/schemaorg-current-https.jsonld (version 29): each type with its parents, and each
property with the types that it may describe and the kinds of value that it takes.
"""

from typing import Any

PARENTS = {
    "Thing": (),
    "Intangible": ("Thing",),
    "ItemList": ("Intangible",),
    "BreadcrumbList": ("ItemList",),
    "ListItem": ("Intangible",),
    "CreativeWork": ("Thing",),
    "Comment": ("CreativeWork",),
    "Answer": ("Comment",),
    "Question": ("Comment",),
    "WebPage": ("CreativeWork",),
    "FAQPage": ("WebPage",),
    "MedicalWebPage": ("WebPage",),
    "Person": ("Thing",),
    "Organization": ("Thing",),
    "MedicalOrganization": ("Organization",),
    "MedicalBusiness": ("Organization",),
    "MedicalClinic": ("MedicalBusiness", "MedicalOrganization"),
    "MedicalEntity": ("Thing",),
    "MedicalProcedure": ("MedicalEntity",),
    "TherapeuticProcedure": ("MedicalProcedure",),
    "MedicalTherapy": ("TherapeuticProcedure",),
}

#: Property: (what it may describe, what its value may be).
PROPERTIES = {
    "name": (("Thing",), ("Text",)),
    "description": (("Thing",), ("Text",)),
    "url": (("Thing",), ("URL",)),
    "image": (("Thing",), ("URL",)),
    "itemListElement": (("ItemList",), ("ListItem", "Text", "Thing")),
    "item": (("ListItem",), ("URL", "Thing")),
    "position": (("ListItem", "CreativeWork"), ("Integer", "Text")),
    "inLanguage": (("CreativeWork",), ("Text",)),
    "isAccessibleForFree": (("CreativeWork",), ("Boolean",)),
    "datePublished": (("CreativeWork",), ("Date",)),
    "dateModified": (("CreativeWork",), ("Date",)),
    "about": (("CreativeWork",), ("Thing",)),
    "citation": (("CreativeWork",), ("CreativeWork", "Text")),
    "mainEntity": (("CreativeWork",), ("Thing",)),
    "publisher": (("CreativeWork",), ("Organization", "Person")),
    "text": (("CreativeWork",), ("Text",)),
    "lastReviewed": (("WebPage",), ("Date",)),
    "reviewedBy": (("WebPage",), ("Organization", "Person")),
    "acceptedAnswer": (("Question",), ("Answer", "ItemList")),
    "jobTitle": (("Person",), ("Text",)),
    "legalName": (("Organization",), ("Text",)),
    "address": (("Organization", "Person"), ("PostalAddress", "Text")),
    "telephone": (("Organization", "Person"), ("Text",)),
    "email": (("Organization", "Person"), ("Text",)),
    "howPerformed": (("MedicalProcedure",), ("Text",)),
}


def ancestry(kind: str) -> set[str]:
    """Return a type and everything that it is a kind of."""
    return {kind}.union(*(ancestry(parent) for parent in PARENTS[kind]))


def kinds(node: dict[str, Any], known: dict[str, dict[str, Any]]) -> set[str]:
    """Return what a node is; a bare reference is what it refers to."""
    node = known[node["@id"]] if set(node) == {"@id"} else node
    types = node["@type"]
    return set().union(*(ancestry(kind) for kind in ([types] if isinstance(types, str) else types)))


def faults(value: Any, known: dict[str, dict[str, Any]]) -> list[str]:
    """Return what schema.org does not know about `value` and everything in it."""
    if isinstance(value, list):
        return [fault for item in value for fault in faults(item, known)]
    if not isinstance(value, dict):
        return []
    found = []
    mine = kinds(value, known)
    for name, content in value.items():
        if name.startswith("@"):
            continue
        describes, takes = PROPERTIES[name]
        if not mine & set(describes):
            found.append(f"{name} does not describe {sorted(mine)}")
        found += [
            f"{name} is {item!r}"
            for item in (content if isinstance(content, list) else [content])
            if not _fits(item, takes, known)
        ]
        found += faults(content, known)
    return found


def _fits(item: Any, takes: tuple[str, ...], known: dict[str, dict[str, Any]]) -> bool:
    if isinstance(item, dict):
        return bool(kinds(item, known) & set(takes))
    if isinstance(item, bool):
        return "Boolean" in takes
    if isinstance(item, int):
        return "Integer" in takes
    if "URL" in takes and "Text" not in takes:
        return item.startswith("http")
    if takes == ("Date",):
        return item[:4].isdigit()
    return "Text" in takes and bool(item.strip())
