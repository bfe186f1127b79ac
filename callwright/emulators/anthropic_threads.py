"""Message threads of Anthropic's Messages API: the provider keeps the conversation between turns.

Beta ``message-threads-2026-08-12``, from the published reference and the official clients' types as
of 2026-11-20; the wording of errors is our own. What is not there: ``thread_continue_in_flight``
and the features that threads do not go with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callwright.emulators.thinking import BadRequest
from callwright.emulators.tokens import canonical

BETA = "message-threads-2026-08-12"

# A thread that is not continued for so long, seconds, is forgotten.
_KEPT_SECONDS = 300.0
# What a thread keeps from the request that created it; one that continues it leaves these out.
_FIXED = ("system", "tools")


@dataclass
class _Kept:
    body: Mapping[str, Any]
    until: float
    continued: bool = False


class Threads:
    """The conversations that are kept, each under the id of its last answer."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def whole(self, body: Mapping[str, Any], betas: str, now: float) -> Mapping[str, Any]:
        """A request with all that its thread said before.

        Args:
            body: The request, checked.
            betas: What its client may use, separated by commas.
            now: Seconds of the loop's clock.

        Raises:
            BadRequest: The thread cannot be continued.
        """
        thread = body.get("thread")
        if thread is None:
            return body
        if BETA not in [name.strip() for name in betas.split(",")]:
            raise BadRequest("thread: Extra inputs are not permitted")
        kind: Any = thread.get("type") if isinstance(thread, Mapping) else None
        if kind == "create":
            return body
        if kind != "continue" or not isinstance(thread.get("previous_message_id"), str):
            raise BadRequest("thread: Input should be 'create', or 'continue' with its message")
        kept = self._continued(thread["previous_message_id"], now)
        for name in _FIXED:
            if name in body and canonical(body[name]) != canonical(kept.body.get(name)):
                raise BadRequest(
                    f"{name}: differs from what this thread was created with",
                    code="thread_fingerprint_mismatch",
                )
        fixed = {name: kept.body[name] for name in _FIXED if name in kept.body}
        return {**body, **fixed, "messages": [*kept.body["messages"], *body["messages"]]}

    def keep(
        self,
        body: Mapping[str, Any],
        identity: str,
        content: Sequence[Mapping[str, Any]],
        now: float,
    ) -> None:
        """Keep an answered request, if it is to be kept.

        Args:
            body: The request with all that was said before.
            identity: The answer's id.
            content: What was answered.
            now: Seconds of the loop's clock.
        """
        thread = body.get("thread")
        if thread is None:
            return
        before = self._kept.get(thread.get("previous_message_id", ""))
        if before is not None:
            before.continued = True
        answered = [{"role": "assistant", "content": list(content)}] if content else []
        whole = {**body, "messages": [*body["messages"], *answered]}
        self._kept[identity] = _Kept(whole, now + _KEPT_SECONDS)

    def _continued(self, identity: str, now: float) -> _Kept:
        kept = self._kept.get(identity)
        if kept is None or kept.until <= now:
            raise BadRequest(
                f"no thread is kept for message {identity}; send the whole conversation again",
                404,
                "thread_not_found",
            )
        if kept.continued:
            raise BadRequest(
                f"message {identity} has been continued already",
                code="thread_already_continued",
            )
        return kept
