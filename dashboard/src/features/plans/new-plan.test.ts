import { beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { draftOf, EMPTY, EXAMPLE, type PlanForm, problemsIn, problemsOf, requestOf, usualOf } from "./new-plan";

const GOAL: PlanForm = { ...EMPTY, goal: "Discounts", file: EXAMPLE };
const DRAFTED = {
  goal: "Of the file",
  repository: "/srv/shop",
  verify: ["make"],
  require_approval: true,
  settings: { max_parallel: 4, priority: 5 },
  tasks: [{ key: "a", prompt: "b" }],
};
let asked: { document?: string }[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(await request.json());
    return Response.json({ plan: DRAFTED });
  });
});

test("what a file says holds, but for what is typed beside it", async () => {
  expect(await requestOf({ ...EMPTY, file: "goal: Of the file" })).toEqual({ ...DRAFTED, base_ref: null });
  const typed = {
    ...GOAL,
    repository: "/srv/other",
    verify: " make test \n\n",
    atOnce: "2",
    overlap: "warn" as const,
    review: "reviewer" as const,
  };
  expect(await requestOf(typed)).toMatchObject({
    goal: "Discounts",
    repository: "/srv/other",
    verify: ["make test"],
    settings: { max_parallel: 2, priority: 5, overlap: "warn", review: { agent: "reviewer", another_model: false } },
  });
});

test("a goal that is typed goes behind the file, so that its lines keep their numbers", async () => {
  await draftOf(GOAL);
  expect(asked[0]?.document).toBe(`${EXAMPLE}goal: "Discounts"\n`);
  await draftOf({ ...GOAL, file: "goal: Of the file\ntasks: []" });
  expect(asked[1]?.document).toBe("goal: Of the file\ntasks: []");
});

test("of a template only what was typed is sent, and the rest is its own", async () => {
  const form: PlanForm = {
    ...GOAL,
    source: "template",
    template: "crud",
    parameters: { entity: "invoice", fields: " " },
  };
  expect(await requestOf(form)).toMatchObject({
    goal: "Discounts",
    tasks: [],
    template: { name: "crud", parameters: { entity: "invoice" } },
  });
  expect(asked).toEqual([]);
  expect(usualOf({ description: "", many: true, default: ["a", "b"] })).toBe("a, b");
});

test("who makes the tasks is whoever is named, or whom routing finds", async () => {
  const form: PlanForm = { ...GOAL, source: "planner" };
  expect(problemsOf({ ...form, file: "" })).toEqual({});
  expect(await requestOf(form)).toMatchObject({ goal: "Discounts", tasks: [], planner: { agent: null } });
  expect(await requestOf({ ...form, planner: "architect" })).toMatchObject({ planner: { agent: "architect" } });
  expect(asked).toEqual([]);
});

test("what is missing is told before anybody is asked", () => {
  expect(problemsOf(GOAL)).toEqual({});
  expect(problemsOf({ ...EMPTY, file: "goal: Of the file" })).toEqual({});
  expect(Object.keys(problemsOf(EMPTY))).toEqual(["goal", "file"]);
  expect(Object.keys(problemsOf({ ...EMPTY, source: "template", file: "goal: x" }))).toEqual(["goal", "template"]);
});

test("a refusal goes to the field that it is about", () => {
  const refused = (code: string, message: string, status = 422) =>
    new ApiError(status, { code, message, hint: "Mend it." });
  expect(problemsIn(refused("plan_file_invalid", "line 3: no"), "file")).toEqual({ file: "line 3: no Mend it." });
  expect(problemsIn(refused("template_not_filled", "no entity"), "template")).toHaveProperty("template");
  expect(problemsIn(refused("invalid", "settings.max_parallel: too many"), "file")).toHaveProperty("atOnce");
  expect(problemsIn(refused("queue_full", "too many wait", 429), "file")).toBeNull();
});
