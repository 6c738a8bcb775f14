"""What the answers to a question, or selected entities, have in common."""
