import { expect, test } from "vitest";
import { byCommand, byPython } from "./commands";
import { reportOf } from "./report";

const JOINING = { url: "http://127.0.0.1:8700", token: "oen_1", name: "fixer", capabilities: ["bug-fix", "testing"] };

test("the commands have all that the token was made for", () => {
  expect(byCommand(JOINING)).toContain("--name fixer");
  expect(byCommand(JOINING)).toContain("--capability bug-fix \\\n  --capability testing");
  expect(byPython(JOINING)).toContain(
    'ExternalAgent.join("http://127.0.0.1:8700", "oen_1", name="fixer", capabilities=["bug-fix", "testing"])',
  );
});

test("a token for any name leaves the name to whoever copies it, and no capability is made up", () => {
  const free = { ...JOINING, name: null, capabilities: null };
  expect(byCommand(free)).toContain("--name my-agent");
  expect(byCommand(free)).not.toContain("--capability");
  expect(byPython(free)).not.toContain("capabilities");
});

test("what an agent reports is shown as it is, whatever its shape", () => {
  expect(reportOf(null)).toBeNull();
  const report = reportOf({ status: "completed", summary: "", output_data: { files: 2 }, tokens_used: 12, error: {} });
  expect(report).toEqual({
    status: "completed",
    summary: null,
    error: null,
    output: '{\n  "files": 2\n}',
    milliseconds: null,
    tokens: 12,
    microUsd: null,
  });
});
