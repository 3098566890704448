"""The desk, where staff answer enquiries: pages in the admin, locked until a passphrase is given."""
