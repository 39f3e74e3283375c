import { expect, test } from "vitest";
import { filtersOf, fleetSearch, isNarrowed } from "./search";

test("days are those of the model calls, the last one within", () => {
  const search = fleetSearch({ from: "2026-02-27", to: "2026-02-28", outcome: "verified" });
  expect(filtersOf(search, 0)).toMatchObject({
    called_from: "2026-02-27T00:00:00Z",
    called_to: "2026-03-01T00:00:00Z",
    outcome: ["verified"],
  });
});

test("nonsense in the address is left out", () => {
  const search = fleetSearch({
    verification: ["verified", "x"],
    outcome: "no_session",
    from: "2026-02-30x",
    to: "soon",
  });
  expect(search).toMatchObject({ verification: ["verified"], outcome: undefined, from: undefined, to: undefined });
});

test("the view and the order narrow nothing down", () => {
  expect(isNarrowed(fleetSearch({ view: "board", order: "activity" }))).toBe(false);
  expect(isNarrowed(fleetSearch({ owner: "user:1" }))).toBe(true);
});
