"""Questions about every version: saved ones, the one that is asked, and its answer."""
