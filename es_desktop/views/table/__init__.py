"""Tables of any length: their rows by number, their selection and their scroll bar."""
