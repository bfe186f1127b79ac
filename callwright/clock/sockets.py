"""What stands where a socket would: names, ignored options, a descriptor that can be polled."""

import errno
import os
import socket
from typing import Any

Address = tuple[str, int]


class SimulatedSocket:
    """A socket of the simulated network, as far as libraries ask a transport or a server for one.

    Args:
        local: Its own address.
        remote: The other end's, when there is one.
    """

    family = socket.AF_INET
    type = socket.SOCK_STREAM
    proto = socket.IPPROTO_TCP

    def __init__(self, local: Address, remote: Address | None = None) -> None:
        self.closed = False
        self._local, self._remote = local, remote
        self._pipe: tuple[int, int] | None = None
        self._marked = False

    def readable(self) -> bool:
        """Whether there is something to read now, if only the end."""
        return False

    def fileno(self) -> int:
        """A descriptor to be polled at once, not read nor kept: its state is that of this moment.

        HTTP clients poll an idle connection to learn whether the server has closed it.
        """
        if self.closed:
            return -1
        if self._pipe is None:
            self._pipe = os.pipe()
            for descriptor in self._pipe:
                os.set_blocking(descriptor, False)
        if self.readable() != self._marked:
            self._marked = not self._marked
            if self._marked:
                os.write(self._pipe[1], b"!")
            else:
                os.read(self._pipe[0], 1)
        return self._pipe[0]

    def close(self) -> None:
        self.closed = True
        pipe, self._pipe = self._pipe, None
        for descriptor in pipe or ():
            os.close(descriptor)

    def getsockname(self) -> Address:
        return self._local

    def getpeername(self) -> Address:
        if self._remote is None:
            raise OSError(errno.ENOTCONN, "not connected")
        return self._remote

    def setsockopt(self, *_: Any) -> None:
        pass

    def getsockopt(self, *_: Any) -> int:
        return 0

    def setblocking(self, _flag: bool) -> None:
        pass

    def gettimeout(self) -> float:
        return 0.0
