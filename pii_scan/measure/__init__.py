"""On top of the store: how much the scanner finds on a customer's own share.

Canaries are documents of known content that are planted, found or not, and removed; samples are
items without findings that a person looks through. Both give a number with an interval.
"""
