import { expect, test } from "vitest";
import { beginningOf, toolCallOf } from "./tool";
import type { Part } from "./window";

function part(data: Record<string, unknown>): Part {
  return { part_id: "prt_1", message_id: "msg_1", role: "assistant", type: "tool", data } as Part;
}

test("a command is its own line, with how long it took", () => {
  const state = {
    status: "completed",
    input: { command: "npm test\n  --silent" },
    output: "ok",
    time: { start: 1000, end: 3500 },
  };
  expect(toolCallOf(part({ tool: "bash", state }))).toMatchObject({
    name: "bash",
    line: "npm test --silent",
    isError: false,
    seconds: 2.5,
    output: "ok",
    subagent: null,
  });
});

test("a call that runs tells since when; what it prints is not known yet", () => {
  const state = { status: "running", input: { command: "make" }, time: { start: 1000 } };
  expect(toolCallOf(part({ tool: "bash", state }))).toMatchObject({ runsSinceMs: 1000, seconds: null, output: "" });
  const stored = { ...part({ tool: "bash", state: { status: "running" } }), created_at: "1970-01-01T00:00:02Z" };
  expect(toolCallOf(stored).runsSinceMs).toBe(2000);
  expect(toolCallOf(part({ tool: "bash", state: { status: "completed", time: { start: 1 } } })).runsSinceMs).toBeNull();
});

test("a tool that nobody here knows shows its arguments", () => {
  expect(toolCallOf(part({ tool: "jira", state: { input: { id: 7 } } })).line).toBe('{"id":7}');
});

test("another agent is named by what it was given", () => {
  const input = { description: "Find the tests", subagent_type: "explore", prompt: "Look." };
  expect(toolCallOf(part({ tool: "task", state: { input } }))).toMatchObject({
    line: "Find the tests",
    subagent: "explore",
  });
});

test("a failed call tells why", () => {
  const call = toolCallOf(part({ tool: "edit", state: { status: "error", error: "No such file", input: {} } }));
  expect([call.isError, call.output]).toEqual([true, "No such file"]);
});

test.each([{}, { tool: 7, state: "x" }, { tool: "bash", state: { input: [], time: { start: 5 } } }])(
  "whatever a model wrote is shown as something: %j",
  (data) => {
    const call = toolCallOf(part(data));
    expect(call.name).not.toBe("");
    expect(call.seconds).toBeNull();
  },
);

test("of a long output the beginning is shown, by lines and by characters", () => {
  expect(beginningOf("a\nb")).toBe("a\nb");
  expect(beginningOf("x\n".repeat(500)).split("\n")).toHaveLength(60);
  expect(beginningOf("y".repeat(50_000))).toHaveLength(6000);
});

test("a command that turns the direction of its text is shown as what it runs", () => {
  const { line } = toolCallOf(part({ tool: "bash", state: { input: { command: "rm \u202egpj.exe\u202c" } } }));
  expect(line).toBe("rm ⟨U+202E⟩gpj.exe⟨U+202C⟩");
});
