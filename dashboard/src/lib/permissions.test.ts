import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { LEAST_ROLE, ROLES, whyNot } from "./permissions";

const reference = readFileSync(resolve(import.meta.dirname, "../../../docs/reference/permissions.md"), "utf8");

test("what each role may do is what the server's own table says", () => {
  const rows = [...reference.matchAll(/^\| `([a-z_]+:[a-z_]+)` \|(.*)\|$/gm)];
  const least = Object.fromEntries(
    rows.map(([, permission, cells]) => [
      permission,
      ROLES[(cells ?? "").split("|").filter((one) => one.includes("yes")).length - 1],
    ]),
  );
  expect(Object.keys(least).length).toBeGreaterThan(20);
  expect(LEAST_ROLE).toEqual(least);
});

const viewer = { role: "VIEWER", permissions: ["sessions:read"], is_operator: false } as const;

test("what the server gave is allowed, whatever the role is called", () => {
  expect(whyNot(viewer, "sessions:read")).toBeNull();
  expect(whyNot({ ...viewer, permissions: ["budgets:write"] }, "budgets:write")).toBeNull();
});

test("a refusal names the role that it takes and the one that is there", () => {
  expect(whyNot(viewer, "sessions:write")).toBe("This needs the role MEMBER or higher; yours here is VIEWER.");
  expect(whyNot(viewer, "quotas:write")).toBe("This needs the role ADMIN; yours here is VIEWER.");
});

test("a role by its name alone opens nothing, and neither does being an operator in a tenant", () => {
  expect(whyNot({ role: "ADMIN", permissions: [], is_operator: true }, "sessions:read")).not.toBeNull();
  expect(whyNot({ ...viewer, role: "ADMIN" }, "operator")).not.toBeNull();
  expect(whyNot({ role: null, permissions: [], is_operator: true }, "operator")).toBeNull();
});
