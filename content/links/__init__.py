"""Links: whether those to other sites and those on this one lead somewhere. See docs/decisions/0023."""
