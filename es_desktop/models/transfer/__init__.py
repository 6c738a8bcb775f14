"""Export, import and working copies beside the window."""
