"""Every write that touches several models: one function, one transaction, the record of access last."""
