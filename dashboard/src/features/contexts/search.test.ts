import { expect, test } from "vitest";
import { contextsSearch, filtersOf, isNarrowed } from "./search";

const ID = "01a21bb5-a95a-71cb-8549-8afb2907d19c";

test("an address that makes no sense shows the usual", () => {
  expect(contextsSearch({ tab: "x", scope: "global", of: "me", entry: "1", deleted: "yes" })).toEqual({});
});

test("an address names whose entries are looked at", () => {
  const search = contextsSearch({ scope: "TEMPORARY", of: ID, deleted: "1" });
  expect(filtersOf(search)).toEqual({ scope: "TEMPORARY", scope_id: ID, deleted: true });
  expect(isNarrowed(search)).toBe(true);
  expect(isNarrowed(contextsSearch({ deleted: "1", entry: ID }))).toBe(false);
});
