"""What a person keeps beside a store: notes, bookmarks, addresses."""
