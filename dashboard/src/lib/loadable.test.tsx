import { act, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { beforeEach, expect, test, vi } from "vitest";
import { loadable } from "./loadable";

const Hello = ({ name }: { name: string }) => `Hello ${name}`;
let arrive: () => void;

beforeEach(() => vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true));

function made() {
  return loadable(
    () =>
      new Promise<{ default: typeof Hello }>((resolve) => {
        arrive = () => resolve({ default: Hello });
      }),
  );
}

async function draw(Content: ReturnType<typeof made>, seen: (string | null)[] = []): Promise<HTMLElement> {
  const place = document.body.appendChild(document.createElement("div"));
  new MutationObserver(() => seen.push(place.textContent)).observe(place, { childList: true, subtree: true });
  await act(async () =>
    createRoot(place).render(
      <Suspense fallback="Loading">
        <Content name="you" />
      </Suspense>,
    ),
  );
  return place;
}

test("what was loaded ahead is drawn at once, with nothing in its place before", async () => {
  const Content = made();
  const ahead = Content.load();
  arrive();
  await ahead;
  const seen: (string | null)[] = [];
  await draw(Content, seen);
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0));
  expect(new Set(seen)).toEqual(new Set(["Hello you"]));
});

test("what is not there yet is loaded when it is drawn", async () => {
  const place = await draw(made());
  expect(place.textContent).toBe("Loading");
  await act(async () => arrive());
  expect(place.textContent).toBe("Hello you");
});
