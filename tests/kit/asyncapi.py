"""Whether what is said fits the public description of the bus."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from shared.contracts import CONTRACTS
from shared.edge.asyncapi import document
from shared.envelope import Envelope


def finds(part: str, value: object) -> list[str]:
    """What is wrong with *value*, as the document has it."""
    whole = document()
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{part}", "components": whole["components"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def wrong_with(message: Envelope) -> list[str]:
    headers = {name: value.decode() for name, value in message.headers()}
    return finds("Headers", headers) + finds(CONTRACTS[message.type].__name__, json.loads(message.body))
