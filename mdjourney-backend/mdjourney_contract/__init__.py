"""What gateway and backend must agree on: session config, launch, identity, error body, bundled data."""
