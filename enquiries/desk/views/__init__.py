"""The pages of the desk. `enquiries.admin.desk` gives them their addresses."""
