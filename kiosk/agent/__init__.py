"""The agent: the second process. Sends what waits, resolves payments by code, keeps the vault small."""
