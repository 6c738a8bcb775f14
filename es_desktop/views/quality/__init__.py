"""The view Quality: findings and where they are, the shape of the data and what changed."""
