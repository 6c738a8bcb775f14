"""Tours: steps that a person does, and what each waits for."""
