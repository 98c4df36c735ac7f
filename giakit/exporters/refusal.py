"""How a refusal reaches somebody who runs ``jupyter nbconvert``: the sentences alone, and exit code 1."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbconvert.utils.exceptions import ConversionException
from traitlets.log import get_logger

from giakit.errors import GiakitError

if TYPE_CHECKING:
    from collections.abc import Iterator


class RefusedConversion(GiakitError, ConversionException):  # noqa: N818 - as `ReportRefused`, which it mostly stands for
    """A giakit error as nbconvert knows errors of conversion; its cause is the error itself."""


@contextmanager
def refusals_as_conversion_errors() -> Iterator[None]:
    """Turn a `GiakitError` of the enclosed block into what nbconvert reports without a traceback.

    Raises
    ------
    RefusedConversion
        With the same problems. It is both a `GiakitError` and nbconvert's ``ConversionException``.
    """
    try:
        yield
    except GiakitError as error:
        log = get_logger()
        logger = log.logger if isinstance(log, logging.LoggerAdapter) else log  # an adapter has no filters of its own
        logger.addFilter(_show_sentences)
        raise RefusedConversion(*error.problems) from error


def _show_sentences(record: logging.LogRecord) -> bool:
    """Let the log say what `RefusedConversion` says; nbconvert logs every failed conversion with its traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, RefusedConversion):
        record.msg, record.args = "%s\n%s", (record.getMessage(), str(error))
        record.exc_info = None
    return True
