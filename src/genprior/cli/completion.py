"""What completes the console command in a shell, made from its parser."""

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

PROGRAM = "genprior"
FILES = {"FILE", "FOLDER", "TABLE"}  # metavars, besides those with a dot


class Option(NamedTuple):
    """What a shell needs to know of an option or of what a command is given.

    Attributes:
        flags: its names, none for what stands by itself.
        help: in a line.
        takes: what it is given, or empty.
        words: what that can be, where it is one of a few.
        files: whether that is a file or folder.
    """

    flags: tuple[str, ...]
    help: str
    takes: str
    words: tuple[str, ...]
    files: bool


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """The text to be read by a shell.

    Args:
        parser: of the whole command.
        shell: bash, zsh or fish.
    """
    commands = {
        name: (helps[name], list(_options(one)))
        for helps, choices in [_commands(parser)]
        for name, one in choices.items()
    }
    write = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]
    return "\n".join(write(list(_options(parser)), commands)) + "\n"


def _commands(parser: argparse.ArgumentParser) -> tuple[dict[str, str], dict]:
    (actions,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return {one.dest: one.help or "" for one in actions._choices_actions}, actions.choices


def _options(parser: argparse.ArgumentParser) -> Iterator[Option]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        takes = "" if action.nargs == 0 else str(action.metavar or action.dest)
        words = tuple(map(str, action.choices or getattr(action, "words", ())))
        if action.dest == "ids":
            words = tuple(one["id"] for one in json.loads(_CLAIMS.read_text(encoding="utf-8")))
        text = " ".join((action.help or "").split())
        files = bool(takes) and not words and ("." in takes or takes in FILES)
        yield Option(tuple(action.option_strings), text, takes, words, files)


_CLAIMS = Path(__file__).with_name("claims.json")


def _bash(own: list[Option], commands: dict) -> Iterator[str]:
    names = " ".join(commands)
    yield from (
        f"_{PROGRAM}() {{",
        '    local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
        '    local command="" words="" word',
        '    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
        f'        case "$word" in {names.replace(" ", "|")}) command="$word"; break;; esac',
        "    done",
        "    COMPREPLY=()",
        '    case "$command $before" in',
    )
    for command, options in [("", own), *((name, two[1]) for name, two in commands.items())]:
        for option in options:
            if option.flags and option.takes:
                places = "|".join(f"'{command} {flag}'" for flag in option.flags)
                reply = f'words="{" ".join(option.words)}"' if option.words else "return"
                yield f"        {places}) {reply};;"
    yield "    esac"
    yield '    if [ -z "$words" ]; then case "$command" in'
    yield f"        '') words=\"{names} {_flags(own)}\";;"
    for name, (_, options) in commands.items():
        given = [word for one in options if not one.flags for word in one.words]
        files = any(one.files for one in options if not one.flags)
        free = " ".join(given)
        if files:
            yield f'        {name}) [[ "$current" == -* ]] && words="{_flags(options)}";;'
        else:
            yield f'        {name}) words="{_flags(options)} {free}";;'
    yield "    esac; fi"
    yield '    COMPREPLY=($(compgen -W "$words" -- "$current"))'
    yield "}"
    yield f"complete -o default -F _{PROGRAM} {PROGRAM}"


def _flags(options: Iterable[Option]) -> str:
    return " ".join(flag for one in options for flag in one.flags)


def _zsh(own: list[Option], commands: dict) -> Iterator[str]:
    yield from (
        f"#compdef {PROGRAM}",
        f"_{PROGRAM}() {{",
        "    local state",
        "    local -a commands",
    )
    yield "    commands=("
    yield from (f"        {_quoted(f'{name}:{text}')}" for name, (text, _) in commands.items())
    yield "    )"
    yield "    _arguments -C \\"
    yield from (f"        {text} \\" for one in own for text in _zsh_specs(one))
    yield "        '1:command:->command' '*::argument:->rest' && return"
    yield "    case $state in"
    yield "        command) _describe command commands;;"
    yield "        rest) case $words[1] in"
    for name, (_, options) in commands.items():
        specs = " ".join(text for one in options for text in _zsh_specs(one))
        yield f"            {name}) _arguments {specs};;"
    yield "        esac;;"
    yield "    esac"
    yield "}"
    yield f'if [ "$funcstack[1]" = _{PROGRAM} ]; then _{PROGRAM} "$@"; '
    yield f"else compdef _{PROGRAM} {PROGRAM}; fi"


def _zsh_specs(option: Option) -> Iterator[str]:
    text = option.help.replace("[", "(").replace("]", ")")
    kind = f"({' '.join(option.words)})" if option.words else "_files" if option.files else ""
    takes = f":{option.takes.replace(':', ' ')}:{kind}" if option.takes else ""
    if not option.flags:
        yield _quoted(f"*{takes}")
    for flag in option.flags:
        yield _quoted(f"{flag}[{text}]{takes}")


def _fish(own: list[Option], commands: dict) -> Iterator[str]:
    yield f"complete -c {PROGRAM} -f"
    yield from (_fish_line("__fish_use_subcommand", one) for one in own)
    for name, (text, options) in commands.items():
        yield (f"complete -c {PROGRAM} -n __fish_use_subcommand -a {name} -d {_quoted(text)}")
        yield from (_fish_line(f"__fish_seen_subcommand_from {name}", one) for one in options)


def _fish_line(when: str, option: Option) -> str:
    line = f"complete -c {PROGRAM} -n {_quoted(when)}"
    for flag in option.flags:
        line += f" -l {flag[2:]}" if flag.startswith("--") else f" -s {flag[1:]}"
    if option.words:
        line += f"{' -x' if option.flags else ''} -a {_quoted(' '.join(option.words))}"
    elif option.files:
        line += " -r -F" if option.flags else " -F"
    elif option.takes:
        line += " -x"
    return f"{line} -d {_quoted(option.help)}"


def _quoted(text: str) -> str:
    """A word as all three shells read it: in single quotes, which it has none of."""
    return "'" + text.replace("'", "") + "'"
