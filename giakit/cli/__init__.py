"""The command line. Heavier modules are imported where they are used, so that help comes in a blink."""

from __future__ import annotations

from typing import Any

import click

from giakit.cli import batch, copies, data, forms, project, release, report, similar, verify
from giakit.cli.options import FAILED, WRONG_USAGE
from giakit.errors import GiakitError, ParameterError
from giakit.language import translate


class _Commands(click.Group):
    """Commands that answer a person's mistake with plain sentences; a traceback only with ``--debug``."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click declares it
        try:
            return super().invoke(ctx)
        except GiakitError as error:
            self._report(ctx, str(error))
            ctx.exit(WRONG_USAGE if isinstance(error, ParameterError) else FAILED)
        except BrokenPipeError:
            raise  # `giakit … | head` stopped listening; click ends the program quietly
        except OSError as error:
            name = f" {error.filename}" if error.filename else ""
            self._report(
                ctx, translate("the computer refused:{name} {reason}", name=name, reason=error.strerror or error)
            )
            ctx.exit(FAILED)

    def _report(self, ctx: click.Context, message: str) -> None:
        if ctx.params.get("debug"):
            raise  # noqa: PLE0704 - called while an error is handled
        click.echo(message, err=True)


@click.group(
    cls=_Commands, help=translate("Annual reports on open government information: from the workbook to HTML and PDF.")
)
@click.option("--debug", is_flag=True, help=translate("Show the traceback of an error."))
@click.version_option(package_name="giakit", message="giakit %(version)s", help=translate("Show the version and exit."))
def main(*, debug: bool) -> None:
    """Hold the commands together; see `run` in ``giakit/__main__.py``."""


for _topic in (report, batch, release, verify, similar, data, copies, forms, project):
    for _command in _topic.COMMANDS:
        main.add_command(_command)
