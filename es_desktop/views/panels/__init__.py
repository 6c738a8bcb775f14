"""The views of the window, and which panels each has: docks, their layouts, and the switch between the views."""
