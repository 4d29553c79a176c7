"""JSON Schemas of the request bodies of Azure Machine Learning, for the stand-in in test/azureml.

Microsoft's Python client holds one class for every model of the service's public specification, made by AutoRest (up to
azure-ai-ml 1.2x, one module an api-version) or from TypeSpec (later). Both tell property names on the wire, types, enumerations,
required and read-only properties, patterns and discriminators; this program writes them down as JSON Schema.

    pip install msrest azure-core azure-mgmt-core
    pip download --no-deps azure-ai-ml==1.20.0 azure-ai-ml==1.35.2     (each alone)
    python scripts/goldens/azureml-schemas.py azure_ai_ml-1.20.0-*.whl azure_ai_ml-1.35.2-*.whl test/azureml/fixtures/specification

Read-only properties are allowed, as the service ignores them in requests; so is null for what need not be given.
"""

import importlib.util
import json
import re
import sys
import tempfile
import typing
import zipfile
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

BODIES = {
    "CodeContainer", "CodeVersion", "ComponentContainer", "ComponentVersion", "DataContainer", "DataVersionBase",
    "EnvironmentContainer", "EnvironmentVersion", "ModelContainer", "ModelVersion", "JobBase", "ComputeResource",
    "Datastore", "OnlineEndpoint", "OnlineDeployment", "PendingUploadRequestDto", "DeploymentLogsRequest", "Workspace",
}
# What the stand-in has nothing to do with, and which would make up most of the files.
LEFT_OUT = re.compile(
    r"AutoML|Forecast|Vertical|Image|Nlp|TextClass|TextNer|Stack|FineTun|Databricks|HDInsight|DataFactory|DataLakeAnalytics"
    r"|SynapseSpark|Kubernetes|^AKS|^Aks|ComputeInstance|VirtualMachine$|VirtualMachineSchema|Spark|Monitor|Labeling"
)


def package(wheel, folder, inside, name):
    """Imports a package from within a wheel, without the program around it."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    start = Path(folder) / inside
    spec = importlib.util.spec_from_file_location(name, start / "__init__.py", submodule_search_locations=[str(start)])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def enumeration(kind):
    return {"enum": [member.value for member in kind]}


class Schemas:
    """Definitions by the name of their class; `kept` collects what is reachable from the bodies."""

    def __init__(self, models):
        self.models = models
        self.kept = {}

    @staticmethod
    def entry(schema):
        """What a dictionary holds. The service turns numbers and truth values into text; its own client sends such."""
        if schema == {"type": "string"}:
            return {"type": ["string", "number", "boolean", "null"]}
        return {"anyOf": [schema, {"type": "null"}]} if schema else {}

    def reference(self, kind):
        if LEFT_OUT.search(kind.__name__):
            return {}
        if kind.__name__ not in self.kept:
            self.kept[kind.__name__] = {}
            subtypes = {value: sub for value, sub in self.subtypes(kind).items() if not LEFT_OUT.search(sub.__name__)}
            self.kept[kind.__name__] = self.union(kind, subtypes) if subtypes else self.object(kind)
        return {"$ref": f"#/definitions/{kind.__name__}"}

    def union(self, kind, subtypes):
        key = self.discriminator(kind)
        return {
            "type": "object",
            "required": [key],
            "discriminator": {"propertyName": key},
            "oneOf": [self.reference(sub) for sub in subtypes.values()],
        }

    def object(self, kind):
        properties, required = {}, []
        for name, schema, needed in self.fields(kind):
            properties[name] = schema if needed or not schema else {"anyOf": [schema, {"type": "null"}]}
            if needed:
                required.append(name)
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


class AutoRest(Schemas):
    BASIC = {
        "str": {"type": "string"}, "bool": {"type": "boolean"}, "int": {"type": "integer"}, "long": {"type": "integer"},
        "float": {"type": "number"}, "duration": {"type": "string", "format": "duration"},
        "iso-8601": {"type": "string"}, "object": {}, "bytearray": {"type": "string"},
    }

    def subtypes(self, kind):
        found = {}
        for value, name in kind.__dict__.get("_subtype_map", {}).get(self.key(kind), {}).items():
            sub = getattr(self.models, name)
            found.update(self.subtypes(sub) or {value: sub})
        return found

    @staticmethod
    def key(kind):
        return next(iter(kind.__dict__.get("_subtype_map", {})), None)

    def discriminator(self, kind):
        return kind._attribute_map[self.key(kind)]["key"]

    def value(self, text):
        if text in self.BASIC:
            return dict(self.BASIC[text])
        if text[0] == "{":
            return {"type": "object", "additionalProperties": self.entry(self.value(text[1:-1]))}
        if text[0] == "[":
            return {"type": "array", "items": self.value(text[1:-1])}
        kind = getattr(self.models, text)
        return enumeration(kind) if issubclass(kind, Enum) else self.reference(kind)

    def fields(self, kind):
        constant = {base_key: value for base in kind.__mro__ for base_key, names in base.__dict__.get("_subtype_map", {}).items()
                    for value, name in names.items() if name == kind.__name__}
        annotations = {name: given for base in reversed(kind.__mro__)
                       for name, given in getattr(base.__init__, "__annotations__", {}).items()}
        for attribute, entry in kind._attribute_map.items():
            rules = kind._validation.get(attribute, {})
            schema = self.value(entry["type"])
            named = re.search(r"""str, (?:ForwardRef\()?["'](?:_models\.)?(\w+)["']""", str(annotations.get(attribute, "")))
            if entry["type"] == "str" and named:
                schema = enumeration(getattr(self.models, named[1]))
            for word, rule in (("pattern", "pattern"), ("minLength", "min_length"), ("maxLength", "max_length"),
                               ("minimum", "minimum"), ("maximum", "maximum")):
                if rule in rules:
                    schema[word] = rules[rule]
            if attribute in constant:
                schema = {"const": constant[attribute]}
            yield entry["key"].replace("\\\\.", "."), schema, bool(rules.get("required")) and not rules.get("readonly")


class TypeSpec(Schemas):
    def subtypes(self, kind):
        found = {}
        for value, sub in (kind.__dict__.get("__mapping__") or {}).items():
            found.update(self.subtypes(sub) or {value: sub})
        return found

    def attributes(self, kind):
        names = {}
        for base in reversed(kind.__mro__):
            names.update({name: field for name, field in base.__dict__.items() if type(field).__name__ == "_RestField"})
        return names

    def wire(self, name, field):
        return field._rest_name_input or name

    def discriminator(self, kind):
        own = [(name, field) for name, field in kind.__dict__.items() if getattr(field, "_is_discriminator", False)]
        return self.wire(*own[-1])

    def value(self, kind):
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Union:
            rest = [a for a in arguments if a is not type(None)]
            enums = [a for a in rest if isinstance(a, type) and issubclass(a, Enum)]
            return enumeration(enums[0]) if enums else self.value(rest[0])
        if origin is typing.Literal:
            return {"const": arguments[0].value if isinstance(arguments[0], Enum) else arguments[0]}
        if origin is dict:
            inner = self.value(arguments[1])
            return {"type": "object", "additionalProperties": self.entry(inner)}
        if origin is list:
            return {"type": "array", "items": self.value(arguments[0])}
        basic = {str: {"type": "string"}, bool: {"type": "boolean"}, int: {"type": "integer"}, float: {"type": "number"},
                 timedelta: {"type": "string", "format": "duration"}, datetime: {"type": "string"}, typing.Any: {}}
        if kind in basic:
            return dict(basic[kind])
        return enumeration(kind) if issubclass(kind, Enum) else self.reference(kind)

    def fields(self, kind):
        scope = {"_models": self.models}
        for base in kind.__mro__:
            scope.update(vars(sys.modules[base.__module__]))
        hints = {}
        for base in reversed(kind.__mro__):
            for name, given in base.__dict__.get("__annotations__", {}).items():
                hints[name] = resolve(eval(given, scope) if isinstance(given, str) else given, scope)
        for name, field in self.attributes(kind).items():
            given = hints[name]
            optional = type(None) in typing.get_args(given)
            readonly = field._visibility == ["read"]
            yield self.wire(name, field), self.value(given), not optional and not readonly


def resolve(kind, scope):
    """Puts classes in the place of their names within a type."""
    if isinstance(kind, typing.ForwardRef):
        return resolve(eval(kind.__forward_arg__, scope), scope)
    if isinstance(kind, str):
        return resolve(eval(kind, scope), scope)
    arguments = typing.get_args(kind)
    if not arguments or typing.get_origin(kind) is typing.Literal:
        return kind
    inner = tuple(resolve(argument, scope) for argument in arguments)
    origin = typing.get_origin(kind)
    return typing.Union[inner] if origin is typing.Union else origin[inner]


def write(schemas, version, source, folder):
    for body in sorted(BODIES):
        kind = getattr(schemas.models, body, None)
        if kind is not None:
            schemas.reference(kind)
    text = {"$comment": f"Request bodies of Microsoft.MachineLearningServices {version}, from {source} (MIT licence), "
            "by scripts/goldens/azureml-schemas.py", "definitions": dict(sorted(schemas.kept.items()))}
    (Path(folder) / f"{version}.json").write_text(json.dumps(text, separators=(",", ":")) + "\n")
    print(version, len(schemas.kept), "definitions")


def main(old, new, out):
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        for version in ("2022-10-01", "2023-10-01"):
            name = f"v{version.replace('-', '_')}"
            client = package(old, first, f"azure/ai/ml/_restclient/{name}", name)
            write(AutoRest(importlib.import_module(client.__name__ + ".models")), version, "azure-ai-ml 1.20.0", out)
        client = package(new, second, "azure/ai/ml/_restclient/arm_ml_service", "arm_ml_service")
        models = importlib.import_module(client.__name__ + ".models")
        write(TypeSpec(models), "2025-12-01", "azure-ai-ml 1.35.2", out)


main(*sys.argv[1:])
