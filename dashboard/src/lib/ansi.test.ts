import { expect, test } from "vitest";
import { linesOf, runsOf, textOf } from "./ansi";

const ESC = "\u001b";

test("colours and bold become runs, and end where they end", () => {
  expect(runsOf(`${ESC}[1;31mFAILED${ESC}[0m test_price.py`)).toEqual([
    { text: "FAILED", isBold: true, colour: "red" },
    { text: " test_price.py" },
  ]);
  expect(runsOf(`${ESC}[92mok${ESC}[39m.`)).toEqual([
    { text: "ok", colour: "green" },
    { text: ".", colour: undefined },
  ]);
});

test("colours of 256 and of 16 million are passed over whole", () => {
  expect(runsOf(`${ESC}[38;5;196mred${ESC}[m ${ESC}[38;2;1;31;2mx`).map(({ text, colour }) => [text, colour])).toEqual([
    ["red", undefined],
    [" ", undefined],
    ["x", undefined],
  ]);
});

test("sequences that move the cursor, titles and other controls leave nothing behind", () => {
  const output = `${ESC}]0;title\u0007a${ESC}[2Kb${ESC}[?25lc\u0000d${ESC}(Be`;
  expect(
    runsOf(output)
      .map(({ text }) => text)
      .join(""),
  ).toBe("abcde");
});

test("of a line that was written over and over the last state is kept", () => {
  expect(runsOf("10%\r50%\r100%\r\ndone")).toEqual([{ text: "100%\ndone" }]);
});

test("plain text is one run, and none is none", () => {
  expect(runsOf("a < b && c")).toEqual([{ text: "a < b && c" }]);
  expect(runsOf("")).toEqual([]);
});

test("lines keep their colours, the empty ones and the last one too", () => {
  expect(linesOf(`a ${ESC}[1;31mFAILED\n\nagain${ESC}[0m b\n`)).toEqual([
    [{ text: "a " }, { text: "FAILED", isBold: true, colour: "red" }],
    [],
    [{ text: "again", isBold: true, colour: "red" }, { text: " b" }],
    [],
  ]);
  expect(linesOf("10%\r50%\r100%\ndone\u0007\r\n").map(textOf)).toEqual(["100%", "done", ""]);
  expect(linesOf("")).toEqual([[]]);
});
