"""Which modules are watched; the finder and loader that rewrite them."""
