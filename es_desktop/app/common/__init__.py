"""What some entities have in common, and the others of their type have not."""
