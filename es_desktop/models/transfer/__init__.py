"""Export, import and working copies."""
