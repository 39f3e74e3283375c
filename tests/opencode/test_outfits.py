"""What an agent brings is there in the directory of its session, and nowhere else in the same server."""

import json
from pathlib import Path
from typing import Any

from aiohttp import web
from tests.opencode.conftest import REFUSED, Starting, call, repository, run_turn, tools

from orchestrator.opencode.outfits import NOTHING, Outfit, skills_folder, write_outfit
from orchestrator.opencode.permissions import for_conversation
from orchestrator.opencode.schemas import Rule
from orchestrator.opencode.scripted_files import parse_scenarios
from orchestrator.opencode.scripted_model import ScriptedModel


class Listening(ScriptedModel):
    """Keeps what it was asked."""

    def __init__(self, scenarios: list[dict[str, Any]]) -> None:
        super().__init__(parse_scenarios(scenarios, "here"))
        self.asked: list[dict[str, Any]] = []

    async def _chat_completions(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(json.loads(await request.read()))
        return await super()._chat_completions(request)

    def system_of(self, prompt: str) -> str:
        """Of the first request whose last word by a user is that."""
        for body in self.asked:
            users = [one for one in body["messages"] if one["role"] == "user"]
            if prompt in json.dumps(users[-1]["content"]):
                return json.dumps([one["content"] for one in body["messages"] if one["role"] == "system"])
        raise AssertionError(f"nobody asked {prompt}")


SKILL = "---\nname: forms\ndescription: How forms are filled in\n---\nUse blue ink. See colours.md.\n"
OUTFIT = Outfit(
    agents={
        "helper": {
            "description": "Helps",
            "mode": "subagent",
            "prompt": "You are the helper of this session.",
            "permission": {"bash": {"*": "deny"}},
        }
    },
    skills={"forms": {"SKILL.md": SKILL, "colours.md": "blue is #00f\n"}},
)


def delegate(name: str) -> dict[str, Any]:
    return call("task", description="d", prompt=f"Childwork of {name}", subagent_type=name)


def scenarios(skills: str) -> list[dict[str, Any]]:
    return [
        {"name": "delegate", "match": "Delegate", "steps": [delegate("helper"), {"text": "Done."}]},
        {
            "name": "child",
            "match": "Childwork",
            "steps": [
                call("bash", command="echo escaped", description="d"),
                call("write", filePath="made.txt", content="made"),
                {"text": "Child done."},
            ],
        },
        {
            "name": "skilled",
            "match": "Fill in",
            "steps": [
                {"tool": {"name": "skill", "arguments": {"name": "forms"}}},
                call("read", filePath=f"{skills}/forms/colours.md"),
                call("write", filePath=f"{skills}/forms/planted.md", content="planted"),
                {"text": "Filled in."},
            ],
        },
    ]


async def test_subagents_and_skills_are_there_for_one_directory_alone(starting: Starting, tmp_path: Path) -> None:
    folder, mine, other = tmp_path / "server", repository(tmp_path / "mine"), repository(tmp_path / "other")
    outfits = folder / "outfits"
    write_outfit(outfits / "mine", OUTFIT)
    skills = skills_folder(str(outfits), "mine")
    model = Listening(scenarios(skills))
    await model.start()
    allowed = Rule(permission="external_directory", pattern=f"{skills}/*", action="allow")
    rules = (*for_conversation(REFUSED), allowed)
    async with starting(folder, model_url=model.base_url) as opencode:
        client = opencode.server.client
        assert "helper" in await client.agent_names(str(mine))
        assert "helper" not in await client.agent_names(str(other))

        session = await opencode.new_session(mine, rules)
        [(tool, status, said)] = tools(await run_turn(opencode, mine, session, "Delegate"))
        assert (tool, status) == ("task", "completed"), said
        assert "Child done." in said
        assert "You are the helper of this session." in model.system_of("Childwork of helper")
        [child] = await client.children(str(mine), session.id)
        messages = await client.list_messages(str(mine), child.id)
        results = [(part.tool, part.state.status) for one in messages for part in one.parts if part.state]
        assert results == [("invalid", "completed"), ("write", "completed")], "its own rules refuse commands"
        assert (mine / "made.txt").exists()

        results = tools(await run_turn(opencode, mine, session, "Fill in"))
        assert [status for _, status, _ in results] == ["completed", "completed", "error"], results
        assert "Use blue ink." in results[0][2]
        assert "blue is #00f" in results[1][2]
        assert not (outfits / "mine/skills/forms/planted.md").exists()

        session = await opencode.new_session(other, rules)
        [(_, status, said)] = tools(await run_turn(opencode, other, session, "Delegate"))
        assert status == "error"
        assert "Unknown agent type" in said
        results = tools(await run_turn(opencode, other, session, "Fill in"))
        assert [status for _, status, _ in results] == ["error"] * 3, results
        assert not any("blue" in said for _, _, said in results)

        write_outfit(outfits / "mine", NOTHING)
        await client.dispose(str(mine))
        assert "helper" not in await client.agent_names(str(mine)), "a directory that is used again has none of it"
    await model.stop()
