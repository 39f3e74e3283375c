/** A plan as it is typed: a file, or a template with its parameters; what is typed beside it comes before what it says. */
import { ApiError, toldOf } from "@/api/errors";
import { fieldOf } from "@/api/field-errors";
import { type DraftedPlan, type NewPlan, plans, type Template } from "@/api/plans";
import { typedNumber, typedText } from "@/lib/draft";

export interface PlanForm {
  goal: string;
  repository: string;
  baseRef: string;
  source: "file" | "template" | "planner";
  file: string;
  template: string;
  /** By name. */
  parameters: Record<string, string>;
  /** Who makes the tasks; empty: whom routing finds. */
  planner: string;
  verify: string;
  requireApproval: boolean;
  atOnce: string;
  overlap: "" | "serialise" | "warn";
  /** Whose approval each task's work needs before its merge. */
  review: "" | "reviewer" | "another_model";
  /** Whether its branch is pushed once it completed. */
  push: "" | "verified" | "always";
}

export const EMPTY: PlanForm = {
  goal: "",
  repository: "",
  baseRef: "",
  source: "file",
  file: "",
  template: "",
  parameters: {},
  planner: "",
  verify: "",
  requireApproval: false,
  atOnce: "",
  overlap: "",
  review: "",
  push: "",
};

export const EXAMPLE = `tasks:
  - key: price
    prompt: Make total() take a discount.
    capabilities: [implementation]
  - key: docs
    prompt: Tell of discounts in README.md.
    depends_on: [price]
    paths: [README.md]
`;

export type Problems = Partial<Record<keyof PlanForm, string>>;

/** What can be said without asking the server. */
export function problemsOf(form: PlanForm): Problems {
  const problems: Problems = {};
  const hasGoal = form.goal.trim() !== "" || (form.source === "file" && saysGoal(form.file));
  if (!hasGoal) problems.goal = "Say what is to be reached.";
  if (form.source === "file" && form.file.trim() === "") problems.file = "Name at least one task.";
  if (form.source === "template" && form.template === "") problems.template = "Choose one.";
  return problems;
}

/** The tasks that it comes to. Of a form without problems, whose tasks no agent has to make first. */
export async function draftOf(form: PlanForm): Promise<DraftedPlan> {
  if (form.source === "file") return plans.draft({ document: documentOf(form) });
  return plans.draft({ goal: form.goal, template: templateOf(form) });
}

/** Of a form without problems. */
export async function requestOf(form: PlanForm): Promise<NewPlan> {
  if (form.source === "template") return { ...typedOf(form), tasks: [], template: templateOf(form) };
  if (form.source === "planner") return { ...typedOf(form), tasks: [], planner: { agent: typedText(form.planner) } };
  const drafted = await draftOf(form);
  return { ...drafted, ...typedOf(form, drafted) };
}

/** A goal that is typed beside a file that has none goes to its end, so that the lines keep their numbers. */
function documentOf({ file, goal }: PlanForm): string {
  return saysGoal(file) ? file : `${file.trimEnd()}\ngoal: ${JSON.stringify(goal)}\n`;
}

function saysGoal(file: string): boolean {
  return /^goal *:/m.test(file);
}

function templateOf({ template, parameters }: PlanForm): NonNullable<NewPlan["template"]> {
  const given = Object.entries(parameters).filter(([, value]) => value.trim() !== "");
  return { name: template, parameters: Object.fromEntries(given) };
}

type Typed = Omit<DraftedPlan, "tasks">;

function typedOf(form: PlanForm, file?: Typed): Typed {
  const commands = linesOf(form.verify);
  const atOnce = typedNumber(form.atOnce);
  const settings = {
    ...file?.settings,
    ...(atOnce === null ? {} : { max_parallel: atOnce }),
    ...(form.overlap === "" ? {} : { overlap: form.overlap }),
    ...(form.review === "" ? {} : { review: { agent: "reviewer", another_model: form.review === "another_model" } }),
    ...(form.push === "" ? {} : { push: form.push }),
  };
  return {
    goal: typedText(form.goal) ?? file?.goal ?? "",
    repository: typedText(form.repository) ?? file?.repository ?? null,
    base_ref: typedText(form.baseRef) ?? file?.base_ref ?? null,
    verify: commands.length > 0 ? commands : (file?.verify ?? null),
    require_approval: form.requireApproval || (file?.require_approval ?? false),
    settings: settings as Typed["settings"],
  };
}

function linesOf(typed: string): string[] {
  return typed
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** "item, item" or the text itself; empty where it has to be given. */
export function usualOf({ default: usual }: Template["parameters"][string]): string {
  return Array.isArray(usual) ? usual.join(", ") : (usual ?? "");
}

const FIELDS: Record<string, keyof PlanForm> = {
  goal: "goal",
  repository: "repository",
  base_ref: "baseRef",
  tasks: "file",
  document: "file",
  template: "template",
  verify: "verify",
};

/** What the server refuses, at the field that it is about; null when it is about none of them. */
export function problemsIn(error: unknown, source: PlanForm["source"]): Problems | null {
  const field = refusedField(error, source);
  if (!field) return null;
  const { message, hint } = toldOf(error);
  return { [field]: `${message} ${hint}` };
}

function refusedField(error: unknown, source: PlanForm["source"]): keyof PlanForm | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (/^(plan_|template|capability|agent|no_agent|unknown_|model)/.test(error.code)) return source;
  if (/^repository_/.test(error.code)) return "repository";
  if (/^ref_/.test(error.code)) return "baseRef";
  const [name = "", sub] = (fieldOf(error) ?? "").split(".");
  return name === "settings" && sub === "max_parallel" ? "atOnce" : FIELDS[name];
}
