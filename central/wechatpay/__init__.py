"""微信支付 Native, API version 3: the adapter (docs/facts/payments.md §4)."""
