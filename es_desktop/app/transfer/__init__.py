"""Export, import, cases and working copies."""
