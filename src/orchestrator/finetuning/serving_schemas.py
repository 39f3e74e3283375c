"""What people ask of endpoints, and read of them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.finetuning.version_models import ServingStatus
from orchestrator.gateway.catalog_schemas import ModelName


class ServingWanted(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"arm": "tuned", "engine": "xllamacpp"}]})

    arm: Literal["tuned", "base"] = Field("tuned", description="`base`: what the version was trained on, for the gate.")
    engine: Literal["xllamacpp", "vllm"] = Field("xllamacpp", description="llama.cpp on the CPU, or vLLM on a GPU.")
    alias: ModelName | None = Field(None, description="The name that calls use. Unset: `name@1.2.3`, or `base/<base>`.")


class ServedRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version_id: UUID
    arm: str
    alias: str = Field(description="The model's name, for sessions and calls.")
    engine: str
    status: ServingStatus
    wanted: bool
    node_id: UUID | None
    problem: dict[str, Any] | None
    created_by: str
    created_at: datetime
    updated_at: datetime
