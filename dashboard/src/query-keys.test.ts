/** What a query's function takes from around it belongs into its key: else the query answers for a value of before, and is
 * not asked anew when the value is another one. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const SRC = resolve(import.meta.dirname);

/** `file: name`, of what the function takes and the key cannot name, and why that is right. */
const APART: Record<string, string> = {
  "features/session/transcript/use-transcript.ts: window": "made for the id, which is in the key",
  "features/session/transcript/use-transcript.ts: part": "where it begins; later it is opened by useShownPart",
};

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|\.d\.ts$/.test(path))
  .map((path) => path.replaceAll("\\", "/"));

test("what a query asks with is in its key", () => {
  const missing = files.flatMap((path) => {
    const source = readFileSync(join(SRC, path), "utf8");
    return source.includes("queryKey") ? missingFromKeys(source).map((name) => `${path}: ${name}`) : [];
  });
  expect(missing.sort()).toEqual(Object.keys(APART).sort());
});

test("the rule sees a value that is not in the key, wherever it was declared in the function around", () => {
  const around = (key: string) => `
    const ask = (id: string) => {
      const isOpen = id !== "";
      return { queryKey: ["one", ${key}], queryFn: ({ signal }) => read({ id, signal }, isOpen) };
    };`;
  expect(missingFromKeys(around("id"))).toEqual(["isOpen"]);
  expect(missingFromKeys(around("id, isOpen"))).toEqual([]);
  expect(missingFromKeys('const one = { queryKey: ["me"], queryFn: () => read(ANYWHERE) };')).toEqual([]);
});

function missingFromKeys(source: string): string[] {
  const file = ts.createSourceFile("query.tsx", source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) found.push(...missingFrom(node));
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

function missingFrom(query: ts.ObjectLiteralExpression): string[] {
  const [key, ask] = ["queryKey", "queryFn"].map((name) =>
    query.properties.find(
      (one): one is ts.PropertyAssignment => ts.isPropertyAssignment(one) && textOf(one.name) === name,
    ),
  );
  if (!key || !ask) return [];
  const around = declaredAround(query);
  const named = new Set(namesIn(key.initializer));
  const within = new Set(declaredIn(ask.initializer));
  return [...new Set(namesIn(ask.initializer))].filter(
    (name) => around.has(name) && !within.has(name) && !named.has(name),
  );
}

/** The parameters and constants of the functions around; what stands at the level of the module never changes. */
function declaredAround(node: ts.Node): Set<string> {
  const names = new Set<string>();
  let child = node;
  for (let at = node.parent; at; child = at, at = at.parent) {
    if (!ts.isFunctionLike(at)) continue;
    for (const parameter of at.parameters) add(names, parameter.name);
    if (child !== at && "body" in at && at.body) for (const name of declaredIn(at.body)) names.add(name);
  }
  return names;
}

function declaredIn(node: ts.Node): string[] {
  const names = new Set<string>();
  const look = (one: ts.Node): void => {
    if (ts.isVariableDeclaration(one) || ts.isParameter(one)) add(names, one.name);
    ts.forEachChild(one, look);
  };
  look(node);
  return [...names];
}

function add(names: Set<string>, name: ts.BindingName): void {
  if (ts.isIdentifier(name)) names.add(name.text);
  else for (const one of name.elements) if (ts.isBindingElement(one)) add(names, one.name);
}

/** Of values that are read, not of properties. */
function namesIn(node: ts.Node): string[] {
  const names: string[] = [];
  const look = (one: ts.Node): void => {
    if (ts.isTypeNode(one)) return;
    if (ts.isIdentifier(one) && !isProperty(one)) names.push(one.text);
    ts.forEachChild(one, look);
  };
  look(node);
  return names;
}

function isProperty(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === name;
  return ts.isPropertyAssignment(parent) && parent.name === name;
}

function textOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) ? name.text : "";
}
