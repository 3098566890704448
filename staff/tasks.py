"""An entry of the to-do list on the first page of the admin. Each app writes its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """Something that waits for a member of staff, and the page where it is done."""

    text: str
    address: str
    count: int = 1
