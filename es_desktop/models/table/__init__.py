"""What item models share: blocks of rows, roles, row edits."""
