"""Scenarios in Pipecat's eval YAML, run on the virtual clock: read, played, judged."""
