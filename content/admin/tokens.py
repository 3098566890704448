"""What an editor writes in square brackets or double braces, which the page replaces, and could not."""

import re
from collections.abc import Iterator

from content.models import ClinicDetails, Source
from content.tokens import CITATION, FACT

#: One word in brackets that holds a digit, a hyphen or an underscore, or a name and a year: meant as a source's key.
LIKE_CITATION = re.compile(r"\[\s*(?=[^\]]*[\d_-])([\w.-]+(?:\s\d{4}\w?)?)\s*\]")
LIKE_FACT = re.compile(r"\{\{\s*([\w -]+?)\s*\}\}")  # not what pasted code has in its braces


def unfilled(text: str) -> Iterator[str]:
    """Yield a sentence for each source or clinic fact that this text asks for and that does not exist."""
    cited = set(CITATION.findall(text))
    unknown = cited - set(Source.objects.filter(key__in=cited).values_list("key", flat=True))
    if unknown:
        yield f"There is no source with the key {', '.join(sorted(unknown))}. Add it under Sources first."
    for wrong in LIKE_CITATION.findall(CITATION.sub("", text)):
        yield (
            f"[{wrong}] is not how a source’s key is written, so readers would see it as it stands. Write the key as Sources"
            " has it, such as [harding-2025]. If you mean no source, use round brackets."
        )
    unknown = set(FACT.findall(text)) - set(ClinicDetails.fact_names())
    unknown |= set(LIKE_FACT.findall(FACT.sub("", text)))
    if unknown:
        yield f"There is no clinic fact called {', '.join(sorted(unknown))}. See Clinic details."
