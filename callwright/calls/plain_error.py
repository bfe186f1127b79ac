"""What a provider's client says of an error, as it is put on record."""

import re

# Clients made by one generator print the headers of a request or of its answer along. Among them is
# an id of the moment, so that the same call would not be on record as the same.
_HEADERS = re.compile(r"headers: \{.*?\}, (?=status_code: )", re.DOTALL)

# Pipecat numbers the services that a process has made: ``CartesiaTTSService#4``.
_NUMBER = re.compile(r"(?<=\wService)#\d+")


def plain_error(text: str) -> str:
    """The error's words without headers, and without the number of the service in its process."""
    return _NUMBER.sub("", _HEADERS.sub("", text))
