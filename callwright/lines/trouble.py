"""What went wrong with a line after the call had begun."""


class LineLost(Exception):
    """The caller could no longer be reached: a device vanished, the room threw us out.

    Args:
        what: What happened, in the user's terms; holds no secret.
        remedy: What to do next.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; {remedy}")
        self.what = what
        self.remedy = remedy
