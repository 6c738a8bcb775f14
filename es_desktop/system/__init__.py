"""What every folder may use, with the standard library alone: files, locks and limits of the machine, and numbers."""
