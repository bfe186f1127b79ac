"""Cassettes: what a call and its services said to each other, so that it can be said again."""
