"""What every folder may use of the machine: files, locks and limits, with the standard library alone."""
