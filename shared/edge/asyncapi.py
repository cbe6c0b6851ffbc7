"""The public description of the bus: AsyncAPI 3.0, from the contracts and the envelope."""

from typing import Any

from pydantic import BaseModel, TypeAdapter

from shared.contracts import CONTRACTS, OF_LOGS, PUBLISHED, Contract, RewindRequested
from shared.edge.topics import CONTROL, MAX_MESSAGE_BYTES, topics
from shared.edge.topics import topic as topic_of
from shared.envelope import CLOSED_TEXTS, DestroyedText, Envelope
from shared.vocabulary import ClosedText, Json

VERSION = "3.0.0"
TEMPLATE = "#/components/schemas/{model}"


def document() -> Json:
    """The whole document; the same bytes for the same contracts."""
    bodies = _bodies()
    messages = {name: _message(contract) for name, contract in sorted(CONTRACTS.items())}
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "ictindex",
            "version": "1",
            "description": "What the four services tell each other. One topic per publisher, the key is the agency.",
        },
        "defaultContentType": "application/json",
        "channels": {**{name: _channel(name) for name, said in PUBLISHED.items() if said}, "control": _control()},
        "operations": {
            **{f"{name}-says": _operation(name, "send") for name, said in PUBLISHED.items() if said},
            **{f"{name}-hears": _operation(name, "receive") for name, said in PUBLISHED.items() if said},
        },
        "components": {"messages": messages, "schemas": {**bodies, "Headers": _headers()}},
    }


def _bodies() -> Json:
    definitions: Json = {}
    models: tuple[type[BaseModel], ...] = (*CONTRACTS.values(), RewindRequested, ClosedText, DestroyedText)
    for model in models:
        schema = model.model_json_schema(ref_template=TEMPLATE, mode="serialization")
        definitions |= schema.pop("$defs", {})
        definitions[model.__name__] = schema
    for contract in CONTRACTS.values():
        definitions[contract.__name__]["properties"][CLOSED_TEXTS] = _closed_texts()
    return dict(sorted(definitions.items()))


def _closed_texts() -> Json:
    kinds = [{"$ref": TEMPLATE.format(model=each.__name__)} for each in (ClosedText, DestroyedText)]
    return {
        "type": "object",
        "description": "Texts that the body names by their digest, or what stands in place of a destroyed one.",
        "propertyNames": {"pattern": "^[0-9a-f]{64}$"},
        "additionalProperties": {"anyOf": kinds},
    }


def _headers() -> Json:
    """Kafka headers, as strings: CloudEvents in binary mode and its extensions."""
    described = {
        "id": "publisher/agency@position",
        "source": "Publisher",
        "type": "Name of the contract with its version",
        "subject": "Campaign, or campaign/unit",
        "time": "Effective time",
        "agency": "Also the Kafka key",
        "sequence": "Number among the publisher's announcements about this agency, gap-free from 1",
        "chain": "Chain value of its row in the publisher's log",
        "previouschain": "Chain value of the row of the announcement before it; 64 zeros for the first",
        "after": "JSON object: how far the publisher had answered the others when it said this",
        "actor": "Who acted",
        "causationid": "The message behind it, as id#chain",
        "correlationid": "The story it belongs to",
    }
    fields = Envelope.model_fields
    headers: dict[str, Any] = {"ce_specversion": {"const": "1.0"}}
    headers |= {f"ce_{name}": {"type": "string", "description": text} for name, text in described.items()}
    headers["ce_sequence"]["pattern"] = r"^[1-9]\d*$"
    headers["ce_id"]["pattern"] = r"^[^\s/@]+/[^\s/@]+@\d+$"
    headers["traceparent"] = {"type": "string", "description": "W3C Trace Context"}
    headers["content-type"] = {"const": "application/json; charset=utf-8"}
    required = ["ce_specversion", *(f"ce_{name}" for name in described if fields[name].is_required()), "content-type"]
    return {"type": "object", "properties": headers, "required": required, "additionalProperties": True}


def _message(contract: type[Contract]) -> Json:
    return {
        "name": contract.type,
        "title": contract.__name__,
        "summary": (contract.__doc__ or "").strip().partition("\n")[0],
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/Headers"},
        "payload": {"$ref": TEMPLATE.format(model=contract.__name__)},
        "bindings": {"kafka": {"key": TypeAdapter(Envelope.__annotations__["agency"]).json_schema()}},
    }


def _channel(publisher: str) -> Json:
    [declared] = [each for each in topics() if each.name == topic_of(publisher)]
    said = (*PUBLISHED[publisher], *OF_LOGS)
    return {
        "address": declared.name,
        "messages": {each.type: {"$ref": f"#/components/messages/{each.type}"} for each in said},
        "bindings": {
            "kafka": {
                "partitions": declared.partitions,
                "topicConfiguration": {"retention.ms": declared.retention_ms, "max.message.bytes": MAX_MESSAGE_BYTES},
            }
        },
    }


def _control() -> Json:
    payload = {"$ref": TEMPLATE.format(model=RewindRequested.__name__)}
    return {"address": CONTROL, "messages": {"RewindRequested": {"name": "RewindRequested", "payload": payload}}}


def _operation(publisher: str, action: str) -> Json:
    return {"action": action, "channel": {"$ref": f"#/channels/{publisher}"}}
