"""What every folder may use of the operating system: only the standard library is needed."""
