"""What `make eval` does: asks questions whose answers are known, and measures. Serves nothing."""
