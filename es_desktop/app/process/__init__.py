"""The process behind the events: which event types follow each other, in which variants, and where it differs."""
