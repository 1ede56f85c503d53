"""What was given and what is allowed, in words."""

from collections.abc import Callable, Mapping
from reprlib import Repr
from typing import Any

from genprior.configuration.pieces import NAME_IN_WORDS, NAMED

Schema = Mapping[str, Any]
SHORT = Repr()
SHORT.maxlevel, SHORT.maxlist, SHORT.maxdict = 2, 5, 5
SHORT.maxstring = SHORT.maxlong = SHORT.maxother = 100


def shown(value: Any) -> str:
    """A value as Python writes it, in one line and cut short where it is long.

    A few lines of YAML with aliases can stand for more than fits into memory.
    """
    try:
        return SHORT.repr(value)
    except ValueError:  # thousands of digits
        return "an integer of thousands of digits"


def allowed(schema: Schema, whole: Callable[[Schema], Schema] = lambda schema: schema) -> str:
    """What a schema lets through, in words; ``whole`` gives a schema with what it refers to."""
    schema = whole(schema)
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if several := schema.get("anyOf", schema.get("oneOf")):
        return " or ".join(dict.fromkeys(allowed(one, whole) for one in several))
    if schema.get("pattern") == NAMED:
        return f"a name of {NAME_IN_WORDS}"
    names = {"object": "a mapping", "array": "a list", "integer": "an integer"}
    words = [names.get(schema.get("type", "object"), f"a {schema.get('type')}")]
    bounds = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}
    limits = [f"{sign} {schema[key]}" for key, sign in bounds.items() if key in schema]
    if limits:
        words.append(" and ".join(limits))
    if "examples" in schema:
        words.append(f"such as {schema['examples'][0]}")
    if "minItems" in schema:
        unique = "distinct " if schema.get("uniqueItems") else ""
        words.append(f"of at least {schema['minItems']} {unique}values")
    if "items" in schema:
        words.append(f"each {allowed(schema['items'], whole)}")
    return " ".join(words)
