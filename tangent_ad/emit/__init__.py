"""IR to text, and texts to files of the cache."""
