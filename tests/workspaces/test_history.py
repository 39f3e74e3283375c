from tests.workspaces.desk import TENANT, Desk, Repository


async def test_a_commit_tells_its_files_and_what_changed_together(desk: Desk, repository: Repository) -> None:
    repository.commit({"src/a.py": "1", "src/b.py": "1", "odd \n name": "1"})
    repository.commit({}, "Nothing changes here")
    repository.git("rm", "--quiet", "src/b.py")
    last = repository.commit({"src/a.py": "2"})
    base = await desk.base(repository)
    history = await desk.workspaces.histories.read(desk.workspaces.mirror(TENANT, base), base.commit)
    assert base.commit == last
    assert {"src/a.py", "odd \n name"} <= set(history.files)
    assert "src/b.py" not in history.files
    assert history.changes[:3] == (
        frozenset({"src/a.py", "src/b.py"}),
        frozenset(),
        frozenset({"src/a.py", "src/b.py", "odd \n name"}),
    )


async def test_merges_and_what_is_older_are_left_out(desk: Desk, repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({"side": "1"})
    repository.git("checkout", "--quiet", "-")
    repository.commit({"here": "1"})
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    base = await desk.base(repository)
    history = await desk.workspaces.histories.read(desk.workspaces.mirror(TENANT, base), base.commit, most_commits=2)
    assert set(history.changes) == {frozenset({"side"}), frozenset({"here"})}


async def test_an_empty_repository_has_no_history(desk: Desk) -> None:
    base = await desk.base(None)
    history = await desk.workspaces.histories.read(desk.workspaces.mirror(TENANT, base), base.commit)
    assert history.files == ()
    assert history.changes == (frozenset(),)
