"""The shapes of what the API takes and answers, for its OpenAPI; what is sent is put together elsewhere and not slowed."""
