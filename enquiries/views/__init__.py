"""The public pages of the enquiry."""
