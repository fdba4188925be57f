"""The reference central API: a program of its own, on the contract and the domain only."""
