"""The console command: what is asked for, and how it ended as an exit code."""

import os
import sys
import warnings
from collections.abc import Sequence

from genprior.cli.arguments import parser
from genprior.cli.completion import completion
from genprior.cli.faults import Fault

INTERRUPTED = 130  # as shells say it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 yes, 1 not proved, 2 what was given is at fault."""
    asked = parser()
    chosen = asked.parse_args(arguments)
    if chosen.completion:
        print(completion(asked, chosen.completion), end="")
        return 0
    if chosen.command is None:
        asked.print_help()
        return 0
    try:
        with warnings.catch_warnings():
            # A run that overflows is told as one that diverged.
            warnings.simplefilter("ignore", RuntimeWarning)
            return _run(chosen.command, chosen)
    except Fault as fault:
        print(f"genprior {chosen.command}: {fault}", file=sys.stderr)
        return 2
    except MemoryError:
        print(f"genprior {chosen.command}: more than memory holds", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"genprior {chosen.command}: stopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(command: str, chosen) -> int:
    # Imported here, so that a help text does not wait for the engines.
    if command == "claims":
        from genprior.cli import claims

        return claims.run(chosen)
    if command == "export":
        from genprior.cli import export

        return export.run(chosen)
    if command == "certificate":
        from genprior.cli import certificate

        return certificate.run(chosen)
    from genprior.cli import recover

    return recover.run(chosen)


if __name__ == "__main__":
    sys.exit(main())
