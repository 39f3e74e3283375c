import { expect, test } from "vitest";
import { sessionPageSearch } from "@/session-tabs";
import { sessionTabs } from "./session-tabs";

test("the transcript is the first tab, and every tab has a name and a label of its own", () => {
  const tabs = sessionTabs();
  expect(tabs[0]?.name).toBe("transcript");
  expect(new Set(tabs.map(({ name }) => name)).size).toBe(tabs.length);
  expect(new Set(tabs.map(({ label }) => label)).size).toBe(tabs.length);
});

test("the open tab, the search and the marked part are kept in the address, and nothing else", () => {
  expect(sessionPageSearch({ tab: "diff", q: " pytest ", part: "prt_1", other: "x" })).toMatchObject({
    tab: "diff",
    q: "pytest",
    part: "prt_1",
  });
  expect(sessionPageSearch({ tab: ["a", "b"] }).tab).toBe("a");
});
