"""Every command, argument and option of the command line says what it does, there and in the reference."""

from types import ModuleType


def test_every_command_has_help(gen_docs: ModuleType) -> None:
    commands = gen_docs.cli_commands()
    assert [words for words, command in commands.items() if not (command.help or "").strip()] == []


def test_every_argument_and_option_has_help(gen_docs: ModuleType) -> None:
    without = [
        f"{words} {param.name}"
        for words, command in gen_docs.cli_commands().items()
        for param in command.params
        if not (param.help or "").strip()
    ]
    assert without == []


def test_the_promised_commands_are_there(gen_docs: ModuleType) -> None:
    promised = {"up", "run", "doctor", "version", "settings"}
    promised |= {f"sessions {verb}" for verb in ("list", "show", "logs", "diff", "cancel")}
    assert {f"orchestrator {words}" for words in promised} <= set(gen_docs.cli_commands())


def test_the_reference_is_up_to_date(gen_docs: ModuleType) -> None:
    assert (gen_docs.REFERENCE / "cli.md").read_text() == gen_docs.cli_page(), "run `make docs`"
