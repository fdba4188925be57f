"""A payment gateway of our own: 微信支付 Native v3 over HTTP with real signatures, and faults on demand.

A program, a ledger and keys of its own; it shares the adapter's messages and signing with the centre and
nothing else. Nothing of it is ever money.
"""
