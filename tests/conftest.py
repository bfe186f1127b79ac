"""The clock comes before everything else, as it does on the command line."""

from callwright.clock import install

install()
