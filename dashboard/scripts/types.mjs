// Writes src/api/schema.d.ts from the published OpenAPI document; with --check it only says whether that would change it.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../../docs/reference/openapi.json", import.meta.url);
const target = new URL("../src/api/schema.d.ts", import.meta.url);

const document = JSON.parse(await readFile(source, "utf8"));
const types = `// Generated from docs/reference/openapi.json by \`npm run types\`; do not edit by hand.\n${astToString(await openapiTS(document))}`;

if (process.argv.includes("--check")) {
  const present = await readFile(target, "utf8").catch(() => "");
  if (present !== types) {
    console.error(
      "types: src/api/schema.d.ts differs from docs/reference/openapi.json.\n  hint: run `npm run types` and commit it.",
    );
    process.exit(1);
  }
} else {
  await writeFile(target, types);
}
