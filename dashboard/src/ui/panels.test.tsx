import { act } from "react";
import { createRoot } from "react-dom/client";
import { beforeEach, expect, test, vi } from "vitest";
import { Loaded } from "./panels";

beforeEach(() => vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true));

const again = () => {};

async function shown(data: string | undefined): Promise<string> {
  const holder = document.createElement("div");
  const root = createRoot(holder);
  const query = { data, isError: true, error: new Error("the server is away"), refetch: again };
  await act(async () =>
    root.render(
      <Loaded query={query} label="it">
        {(found) => <p>{found}</p>}
      </Loaded>,
    ),
  );
  const { textContent } = holder;
  await act(async () => root.unmount());
  return textContent ?? "";
}

test("an answer stays when it could not be read anew; an error is shown only in the place of none", async () => {
  expect(await shown("what was read")).toBe("what was read");
  expect(await shown(undefined)).toContain("the server is away");
});
