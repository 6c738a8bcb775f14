"""How a person sees the program: the window, its docks and dialogs, and what they paint."""
