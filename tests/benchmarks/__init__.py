"""How fast it is: figures measured against peers in one run. Not tests: nothing here judges."""
