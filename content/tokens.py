"""What an editor can write into a text to be filled in when the page is shown (decision record 6)."""

import re

#: A source's key. At least one hyphen tells a citation in square brackets from an ordinary word in them.
SOURCE_KEY = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"

#: A citation, with the space before it, which the mark does not keep.
CITATION = re.compile(rf"\s*\[({SOURCE_KEY})\]")

#: A fact about the clinic, by the name of its field.
FACT = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
