"""Event logs for process mining: OCEL 2.0 and XES."""
