"""What sdk/python/generate makes of openapi.yaml."""
