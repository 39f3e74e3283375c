import { expect, test } from "vitest";
import { unhidden, unhiddenName, withoutTurns } from "./hidden";

test.each([
  ["is_admin = False \u202e# \u2066if x", "is_admin = False ⟨U+202E⟩# ⟨U+2066⟩if x"],
  ["evil\u202egnp.exe", "evil⟨U+202E⟩gnp.exe"],
  ["zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"],
  ["rm -rf /\r\u001b[2Kls\u0008\u007f\u009b", "rm -rf /\r␛[2Kls␈␡⟨U+009B⟩"],
  ["tab\tline\r\nГреческий ελληνικά עברית 👩‍💻", "tab\tline\r\nГреческий ελληνικά עברית 👩‍💻"],
])("what nobody sees is shown: %j", (text, shown) => {
  expect(unhidden(text)).toBe(shown);
});

test("text of terminals keeps what is no turn", () => {
  expect(withoutTurns("\u202eab\u0007")).toBe("⟨U+202E⟩ab\u0007");
});

test("a name is one line", () => {
  expect(unhiddenName("app.py\n\t.txt\r")).toBe("app.py␊␉.txt␍");
});
