"""All reports of a county: planned, rendered where something has changed, listed in a manifest and on one page."""
