"""`naru` in this process: what a command prints and how it ends, without a second to start Python for each."""

import os

from typer.testing import CliRunner, Result

from bot.__main__ import cli


def invoked(*arguments: str, answers: str = "", **settings: str) -> Result:
    """Run `naru` to its end, with these lines typed (none: nobody answers), and no setting of Naru but these.

    A traceback is the test's own failure.
    """
    others = dict.fromkeys((name for name in os.environ if name.startswith("NARU_")), None)
    result = CliRunner().invoke(cli, arguments, input=answers, env=others | settings)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
