import { expect, test } from "vitest";
import { saidIn } from "./said-in";

test("a chat is who said what, with its tool calls, and what is not learnt is told", () => {
  const call = { id: "1", type: "function", function: { name: "read", arguments: { path: "a" } } };
  const messages = [
    { role: "user", content: "Look." },
    { role: "assistant", content: "", tool_calls: [call], weight: 0 },
  ];
  expect(saidIn({ messages, tools: [] })).toEqual([
    { who: "user", text: "Look.", isMasked: false },
    { who: "assistant", text: '{"name":"read","arguments":{"path":"a"}}', isMasked: true },
  ]);
});

test("of a pair it is told which answer was chosen", () => {
  const said = (content: string) => [{ role: "assistant", content }];
  const pair = { prompt: [{ role: "user", content: "?" }], chosen: said("a"), rejected: said("b"), tools: [] };
  expect(saidIn(pair).map(({ who, text }) => `${who} ${text}`)).toEqual([
    "user ?",
    "chosen: assistant a",
    "rejected: assistant b",
  ]);
});
