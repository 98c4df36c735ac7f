"""What the exporters of files share that are no text: PDF and Word."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import Exporter
from traitlets import default

from giakit.exporters.document import read_document
from giakit.exporters.refusal import refusals_as_conversion_errors

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.exporters.document import Document


class BinaryExporter(Exporter):
    """Exports the declared content of an executed notebook as a file, or refuses with every reason."""

    @abstractmethod
    def render(self, document: Document) -> bytes:
        """Return the file."""

    @default("optimistic_validation")
    def _optimistic_validation_default(self) -> bool:
        return True  # once after all preprocessors instead of after each of them

    def from_notebook_node(  # type: ignore[override] # a file's bytes instead of a notebook
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **kw: Any,  # noqa: ANN401 - nbconvert's signature
    ) -> tuple[bytes, dict[str, Any]]:
        """Run the preprocessors, then write the declared content.

        Raises
        ------
        RefusedConversion
            If the report must not be published or cannot be written, with every reason; nbconvert shows them and exits
            with status 1.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        with refusals_as_conversion_errors():
            return self.render(read_document(notebook)), resources
