"""The start page, and the dialogs that open a store."""
