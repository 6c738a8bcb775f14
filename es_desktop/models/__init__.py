"""How Qt sees the program: item models, tasks beside the GUI thread, and what is chosen."""
