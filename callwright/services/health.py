"""Which of several services is to be trusted: the first that has not failed lately. Pure.

A service that failed is left alone for a while, longer each time, and then tried again.
"""

FIRST_REST = 20.0
LONGEST_REST = 320.0


class Health:
    """What is known of the services of one role, by their places in the list.

    Args:
        services: How many there are.
    """

    def __init__(self, services: int) -> None:
        self._rests_until = [0.0] * services
        self._rest = [FIRST_REST] * services

    def failed(self, service: int, now: float) -> None:
        """It rests, twice as long as the last time."""
        self._rests_until[service] = now + self._rest[service]
        self._rest[service] = min(2 * self._rest[service], LONGEST_REST)

    def worked(self, service: int) -> None:
        """It did a whole turn's work: the next failure is its first again."""
        self._rests_until[service] = 0.0
        self._rest[service] = FIRST_REST

    def is_back(self, service: int, now: float) -> bool:
        """Whether a service that failed may be tried again."""
        return self._rests_until[service] <= now
