import { expect, test } from "vitest";
import { shownNumber, typedNumber, typedText } from "./draft";

test("nothing typed is none, and blanks around a text are no part of it", () => {
  expect([typedText(""), typedText("  "), typedText(" a b ")]).toEqual([null, null, "a b"]);
  expect([typedNumber(""), typedNumber(" ")]).toEqual([null, null]);
});

test("what is no number is never taken for no limit: the server refuses it at its field", () => {
  expect([typedNumber("12"), typedNumber(" 1.5 "), typedNumber("0")]).toEqual([12, 1.5, 0]);
  expect([typedNumber("many"), typedNumber("1e999")]).toEqual(["many", "1e999"]);
});

test("a number is shown as it is typed", () => {
  expect([shownNumber(null), shownNumber(undefined), shownNumber(0), shownNumber(128_000)]).toEqual([
    "",
    "",
    "0",
    "128000",
  ]);
});
