import { expect, test } from "vitest";
import { filtersOf, isNarrowed, listingSearch, marketSearch } from "./search";

test("what stands in the address is what the server is asked", () => {
  const search = marketSearch({ q: " tickets ", runs: "opencode", can: "Review", sure: "0.8", own: "1", by: "rating" });
  expect(filtersOf(search)).toEqual({
    q: "tickets",
    kind: "opencode",
    capability: ["review"],
    min_rating: 0.8,
    own: true,
    order: "rating",
  });
  expect(isNarrowed(search)).toBe(true);
});

test("an address that makes no sense shows the usual", () => {
  expect(marketSearch({ runs: "x", sure: "2", own: "yes", by: "stars" })).toEqual({});
  expect(isNarrowed(marketSearch({ by: "rating" }))).toBe(false);
  expect(listingSearch({ tab: "x", version: "newest" })).toEqual({});
  expect(listingSearch({ tab: "asks", version: "1.0.0-rc.1" })).toEqual({ tab: "asks", version: "1.0.0-rc.1" });
});
