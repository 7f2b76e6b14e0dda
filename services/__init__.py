"""The four services; each knows the shared spine and none of the others."""
