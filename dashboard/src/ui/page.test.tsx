import { act } from "react";
import { createRoot } from "react-dom/client";
import { beforeEach, expect, test, vi } from "vitest";
import { Page } from "./page";

beforeEach(() => vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true));

test("a title that turns its direction says so, on the page and in the title of the window", async () => {
  const place = document.createElement("div");
  const root = createRoot(place);
  await act(async () => root.render(<Page title={"Mend the \u202egol"}>{null}</Page>));
  expect(place.querySelector("h1")?.textContent).toBe("Mend the ⟨U+202E⟩gol");
  expect(document.title).toContain("Mend the ⟨U+202E⟩gol");
  await act(async () => root.unmount());
});
