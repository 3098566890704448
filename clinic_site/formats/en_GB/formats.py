"""British English: the day first, as Django has it, and times by 24 hours, as the desk, mails and public pages write them."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
