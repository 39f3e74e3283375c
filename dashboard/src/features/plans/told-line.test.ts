import { expect, test } from "vitest";
import { placeOf } from "./told-line";

const TEXT = "name: a\n\ntasks: []\n";
const at = (message: string) => {
  const place = placeOf(message, TEXT);
  return place && TEXT.slice(place.from, place.to);
};

test("the line that an error names is found in the text", () => {
  expect(at("It cannot be used: line 1: name: too short")).toBe("name: a");
  expect(at("line 2: nothing")).toBe("");
  expect(at("line 3: tasks: too few; line 1: name: too short")).toBe("tasks: []");
});

test("an error without a line, or with one that is not there, has no place", () => {
  expect(at("It is no YAML.")).toBe(null);
  expect(at("line 9: too far")).toBe(null);
  expect(at("line 0: too near")).toBe(null);
});
