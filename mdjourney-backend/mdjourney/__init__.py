"""MDJourney: metadata that describes itself."""
