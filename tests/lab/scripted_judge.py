"""A scenario's judge without a model: content when the criterion's last word was said."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipecat.classifiers.base_classifier import (
    BaseClassifier,
    ChoiceQuestion,
    ChoiceResult,
    ClassifierError,
    ClassifierImage,
    ClassifierQuestion,
    ClassifierResult,
)
from pipecat.metrics.metrics import LLMTokenUsage


def judge(_config: dict[str, Any]) -> BaseClassifier:
    return Scripted()


def silent_judge(_config: dict[str, Any]) -> BaseClassifier:
    return Silent()


class Silent(BaseClassifier):
    """Cannot be reached."""

    async def _ask(
        self,
        state: Any,
        questions: Mapping[str, ClassifierQuestion],
        images: Sequence[ClassifierImage] = (),
    ) -> tuple[dict[str, ClassifierResult], LLMTokenUsage | None]:
        raise ClassifierError("nobody is there.")


class Scripted(BaseClassifier):
    """Answers yes or no, nothing in between."""

    async def _ask(
        self,
        state: Any,
        questions: Mapping[str, ClassifierQuestion],
        images: Sequence[ClassifierImage] = (),
    ) -> tuple[dict[str, ClassifierResult], LLMTokenUsage | None]:
        answers: dict[str, ClassifierResult] = {}
        for name, question in questions.items():
            assert isinstance(question, ChoiceQuestion)
            criterion = str(question.instructions).partition("Criterion: ")[2].partition(".")[0]
            said = criterion.split()[-1].lower() in str(state["latest_bot_reply"]).lower()
            choice = "yes" if said else "no"
            answers[name] = ChoiceResult(choice=choice, probabilities={choice: 1.0}, confidence=1.0)
        return answers, None
