import { expect, test } from "vitest";
import { sendingOnce } from "./once";

const cutOff = () => Promise.reject(new Error("no answer came"));

test("the same words are sent again with the same key until they were answered", async () => {
  const once = sendingOnce();
  const keys: string[] = [];
  const told = (key: string) => {
    keys.push(key);
    return Promise.resolve("said");
  };
  const lost = (key: string) => {
    keys.push(key);
    return cutOff();
  };
  await expect(once({ text: "Go on." }, lost)).rejects.toThrow();
  await expect(once({ text: "Go on." }, told)).resolves.toBe("said");
  await once({ text: "Go on." }, told);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[1]);
});

test("other words have another key, though the first ones were never answered", async () => {
  const once = sendingOnce();
  const keys: string[] = [];
  for (const text of ["Go on.", "Go on, but slowly."]) {
    await once({ text }, (key) => {
      keys.push(key);
      return cutOff();
    }).catch(() => {});
  }
  expect(new Set(keys).size).toBe(2);
});
