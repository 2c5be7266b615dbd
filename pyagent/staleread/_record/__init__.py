"""What watched code tells about itself while it runs."""
