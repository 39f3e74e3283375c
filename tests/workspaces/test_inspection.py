"""What a result holds that a passing verification says nothing about."""

from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.workspaces import Inspection, RepositoryConfig, written_hooks

FILES = {
    "check.sh": "sh other.sh\n",
    "other.sh": "true\n",
    "shop/__init__.py": "",
    "shop/price.py": "A = 1\n",
    "tests/test_price.py": "B = 1\n",
}


async def inspected(desk: Desk, repository: Repository, script: str, *commands: str) -> Inspection:
    repository.commit(FILES)
    workspace = await desk.open(repository)
    await desk.run(workspace, script)
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    return await desk.workspaces.inspect(TENANT, workspace.base, checkpoint.commit, RepositoryConfig(), commands)


async def test_nothing_changed(desk: Desk, repository: Repository) -> None:
    inspection = await inspected(desk, repository, "true")
    assert (inspection.changed, inspection.only_spaces, list(inspection.doubts())) == (False, False, [])


async def test_only_spaces(desk: Desk, repository: Repository) -> None:
    inspection = await inspected(desk, repository, "printf 'A  =  1\\n\\n' > shop/price.py")
    assert (inspection.changed, inspection.only_spaces) == (True, True)


async def test_a_change_of_rights_is_more_than_spaces(desk: Desk, repository: Repository) -> None:
    assert not (await inspected(desk, repository, "chmod +x check.sh")).only_spaces


async def test_what_the_verification_runs_is_found_through_its_scripts(desk: Desk, repository: Repository) -> None:
    inspection = await inspected(desk, repository, "echo exit > other.sh", "bash check.sh")
    assert [(one.path, one.reason) for one in inspection.found] == [("other.sh", "modifies what the verification runs")]


async def test_a_new_file_that_the_verification_takes_in(desk: Desk, repository: Repository) -> None:
    """The script allows for its being there, and the base has none."""
    files = {
        "check.sh": '[ ! -f "$HERE/local.env" ] || . "$HERE/local.env"\n',
        "Makefile": "-include local\ntest:\n\ttrue\n",
    }
    repository.commit(files)
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo 'exit 0' > local.env; echo 'SHELL = true' > local; echo > other.env")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    config, commands = RepositoryConfig(), ["sh check.sh", "make test"]
    inspection = await desk.workspaces.inspect(TENANT, workspace.base, checkpoint.commit, config, commands)
    reason = "adds what the verification runs"
    assert [(one.path, one.reason) for one in inspection.found] == [("local", reason), ("local.env", reason)]


async def test_a_new_file_that_make_takes_for_its_target(desk: Desk, repository: Repository) -> None:
    repository.commit({"Makefile": "lint:\n\tfalse\n", "all.sh": "make lint\n"})
    for command, expected in (("make lint", ["lint"]), ("sh all.sh", ["lint"]), ("true", [])):
        workspace = await desk.open(repository)
        await desk.run(workspace, "touch lint")
        checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
        config = RepositoryConfig()
        inspection = await desk.workspaces.inspect(TENANT, workspace.base, checkpoint.commit, config, [command])
        assert [one.path for one in inspection.found] == expected


async def test_new_tests_are_welcome_though_the_verification_runs_them(desk: Desk, repository: Repository) -> None:
    """They are left out when what was there is judged, or the command was given for them."""
    script = "echo true > tests/new.sh; mkdir -p e2e; echo true > e2e/new.sh"
    assert (await inspected(desk, repository, script, "sh tests/new.sh; for one in e2e/*.sh; do sh $one; done")).found == ()


async def test_shadows_large_files_and_bending_code(desk: Desk, repository: Repository) -> None:
    script = "mkdir tests/shop && cp shop/* tests/shop && truncate -s 60M big.bin && echo 'os._exit(0)' >> shop/price.py"
    inspection = await inspected(desk, repository, script)
    assert [one.path for one in inspection.found] == ["tests/shop/__init__.py", "tests/shop/price.py"]
    assert inspection.large == ("big.bin (62 MB)",)
    assert inspection.bending == ("shop/price.py (_exit)",)
    assert "big.bin" in " ".join(inspection.doubts())
    assert set(inspection.new_tests) == {"tests/shop/__init__.py", "tests/shop/price.py"}


async def test_what_python_leaves_behind_is_no_part_of_a_result(desk: Desk, repository: Repository) -> None:
    inspection = await inspected(desk, repository, "mkdir shop/__pycache__; echo > shop/__pycache__/price.cpython-311.pyc")
    assert not inspection.changed
    forced = await inspected(desk, repository, "mkdir -p x/__pycache__; echo > x/__pycache__/a.pyc; git add -f x")
    assert [one.path for one in forced.found] == ["x/__pycache__/a.pyc"]


async def test_hooks_are_told_and_samples_and_huskys_are_not(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    assert written_hooks(workspace.folder) == []
    await desk.run(workspace, "touch .git/hooks/a.sample; git config core.hooksPath .husky/_")
    assert written_hooks(workspace.folder) == []
    await desk.run(workspace, "touch .git/hooks/pre-commit; git config core.hooksPath /tmp/x")
    assert written_hooks(workspace.folder) == ["pre-commit", "core.hooksPath"]
    await desk.run(workspace, "rm -r .git/hooks .git/config; ln -s /etc .git/hooks; ln -s /etc/hosts .git/config")
    assert written_hooks(workspace.folder) == ["hooks"]
    await desk.run(workspace, "rm -rf .git; ln -s /etc .git")
    assert written_hooks(workspace.folder) == []
