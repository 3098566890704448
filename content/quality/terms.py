"""Words that the site does not use, and what to say instead. After the NHS content style and the clinic's own brief."""

import re

AVOID: dict[str, str] = {
    r"addicts?": "a person with ketamine dependence",
    r"(?:drug |substance )?abusers?|(?:drug|substance) abuse": "drug use; a person who uses drugs",
    r"junk(?:ie|y|ies)": "a person who uses drugs",
    r"drug users?|users?": "a person who uses ketamine; people who use drugs",
    r"drug habit": "drug dependence",
    r"(?:stay|staying|get|getting|got|been|is|are|be) clean(?! (?:water|clothes|air))": "not using; has stopped",
    r"failed (?:a|the|your|his|her|their) test|dirty": "the test was positive; currently using",
    r"fell off the wagon|off the wagon": "a lapse; a return to use",
    r"mentally ill|disturbed": "has a mental health condition",
    r"suffer(?:s|ing|ed)? from": "has; lives with",
    r"victims? of": "a person who has been through",
    r"cold turkey": "stopping suddenly",
    r"non-?compliant|in denial": "was not ready yet; did not attend",
    r"commit(?:s|ted)? suicide": "took their own life",
    r"codependent|enablers?": "partner, family member or friend",
    r"rock bottom|battl(?:e|es|ing)|demons": "plain words, without a metaphor",
    r"guarantee[ds]?|clinically proven|success rates?|you will recover|we will fix": "can, may, some people find",
}
PATTERNS = [(re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), better) for pattern, better in AVOID.items()]


def avoided(text: str) -> list[tuple[str, str]]:
    """Return each term in `text` that the site does not use, with what to say instead."""
    return [(match[0], better) for pattern, better in PATTERNS for match in pattern.finditer(text)]
