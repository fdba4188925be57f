"""Pin pads: a charge on a bank card, and what is truly known of it. The nexo retailer protocol over TCP."""
