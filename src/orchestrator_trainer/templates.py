"""The chat template that is trained with: the model's own, with marks around what the assistant says.

Failed steps of a good session have weight 0: they are read and not learnt. For them each mark is a branch.
"""

import re
from typing import Any

from orchestrator_trainer.problems import Problem

_MARKED = re.compile(r"\{%-?\s*generation\s*-?%\}(?P<body>.*?)\{%-?\s*endgeneration\s*-?%\}", re.DOTALL)
_OPEN = re.compile(r"\{%-?\s*generation\s*-?%\}")
_LOOP = re.compile(r"\{%-?\s*for\s+(\w+)\s+in\s+\w*messages\w*")


def training_template(tokenizer: Any) -> str:
    """Raises Problem where nobody has said which of its parts the assistant says."""
    template = tokenizer.chat_template
    if not isinstance(template, str):
        raise Problem("training_template_unusable", problem="the model brings no single chat template")
    if not _OPEN.search(template):
        template = _known(tokenizer)
    return with_weights(template)


def _known(tokenizer: Any) -> str:
    from trl.chat_template_utils import get_training_chat_template

    try:
        template = get_training_chat_template(tokenizer)
    except ValueError as error:
        problem = "it does not mark what the assistant says, and none that does is known for it"
        raise Problem("training_template_unusable", problem=problem) from error
    return template or tokenizer.chat_template


def with_weights(template: str) -> str:
    """Each part that is marked as the assistant's is so only in a message whose weight is not 0."""
    loop = _LOOP.search(template)
    marks = len(_OPEN.findall(template))
    if loop is None or marks == 0:
        raise Problem("training_template_unusable", problem="its loop over the messages or its marks were not found")
    message = loop[1]
    branched, count = _MARKED.subn(lambda found: _branch(message, found), template)
    if count != marks:
        raise Problem("training_template_unusable", problem="its marks stand one within the other")
    return branched


def _branch(message: str, found: re.Match[str]) -> str:
    """The blanks around a mark are those of the template in both branches."""
    marked, body = found[0], found["body"]
    opening, closing = marked[: found.start("body") - found.start()], marked[found.end("body") - found.start() :]
    weightless = f"{message}.weight is defined and {message}.weight == 0"
    before = "-" if opening.startswith("{%-") else ""
    inside = "-" if opening.endswith("-%}") else ""
    last = "-" if closing.startswith("{%-") else ""
    after = "-" if closing.endswith("-%}") else ""
    return f"{{%{before} if {weightless} {inside}%}}{body}{{%{last} else %}}{opening}{body}{closing}{{% endif {after}%}}"
