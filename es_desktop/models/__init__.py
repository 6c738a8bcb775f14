"""The program for Qt without widgets: item models, tasks, and the selection."""
