"""Rules that hold in the open store: found, kept, checked, and watched in the tail."""
