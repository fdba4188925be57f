"""The wire models of the central API, the one source of its OpenAPI document."""
