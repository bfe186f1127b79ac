"""What can go wrong on a virtual clock, each with a dump of what was waiting."""


class VirtualTimeError(RuntimeError):
    """A run on the virtual clock cannot go on."""


class VirtualDeadlock(VirtualTimeError):
    """Nothing is ready, no timer is set and nothing outside is awaited: it would hang for ever."""


class VirtualLivelock(VirtualTimeError):
    """The loop keeps turning and time does not move."""


class VirtualLeak(VirtualTimeError):
    """Something reached out of the simulation: a thread, a process, a socket."""
