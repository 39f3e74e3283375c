import { expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import { fieldOf } from "@/api/field-errors";
import { at, brief, typedValue } from "./values";

test("a value is JSON, and what is none is told at its field", () => {
  expect(typedValue('{"use": "PostgreSQL"}')).toEqual({ use: "PostgreSQL" });
  expect(typedValue('"a text"')).toBe("a text");
  const refused = (() => {
    try {
      return typedValue("a text");
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(ApiError);
  expect(fieldOf(refused)).toBe("value");
});

test("a pointer leads into objects and lists, and to the whole when it is empty", () => {
  const value = { since: 15, "a/b": { "c~d": [1, 2] } };
  expect(at(value, "/since")).toBe(15);
  expect(at(value, "/a~1b/c~0d/1")).toBe(2);
  expect(at(value, "")).toBe(value);
  expect(at(value, "/toString")).toBeUndefined();
  expect(brief(at(value, "/gone"))).toBe("nothing");
});
