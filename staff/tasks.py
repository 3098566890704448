"""An entry of the to-do list on the first page of the admin. Each app writes its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """Something that waits for a member of staff, and the page where it is done. `one` is what is said of a single one."""

    text: str
    address: str
    count: int = 1
    one: str = ""

    @property
    def words(self) -> str:
        """What is said after the count."""
        return self.one if self.one and self.count == 1 else self.text
