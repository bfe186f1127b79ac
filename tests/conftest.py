"""The clock comes before everything else, as it does on the command line."""

import signal

from callwright.clock import install

install()

# A shell that runs tests in the background has them ignore Ctrl-C, and every process they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
