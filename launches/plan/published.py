"""The plan file's JSON Schema, for editors that check while one types."""

import json

from launches.plan.schema import PlanFile


def json_schema() -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **PlanFile.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
