"""Records leave a store and enter one: export, import, cases, working copies."""
