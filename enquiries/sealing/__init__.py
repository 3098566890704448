"""The cryptography of the enquiry, apart from the database. Every format begins with a version, so that it can change.

- `document` encrypts one document under an enquiry's content key, bound to its row.
- `recipient` wraps content keys to the people who may read them (HPKE).
- `passphrase` keeps a staff member's private key under their desk passphrase (Argon2id).
- `receipt` makes and reads the code with which an enquirer comes back.
- `recovery` writes the recovery key so that it can be printed and typed back.
"""
