"""What goes wrong with sealed data."""


class SealBroken(Exception):
    """Sealed data did not open: altered, cut short, moved from another row, or sealed for another key.

    Its message never holds any of the data. One error for all these causes: telling them apart helps only an attacker.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} did not open: it was altered, is damaged, or was sealed for another key.")
