"""What a provider's client says of an error, as it is put on record."""

import re

# Clients made by one generator print the headers of a request or of its answer along. Among them is
# an id of the moment, so that the same call would not be on record as the same.
_HEADERS = re.compile(r"headers: \{.*?\}, (?=status_code: )", re.DOTALL)


def plain_error(text: str) -> str:
    """The error's words without headers."""
    return _HEADERS.sub("", text)
