"""What every type of a format file is: a frozen value that refuses unknown keys."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["count", "signed", "money"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Declared(BaseModel):
    """A part of a format file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
