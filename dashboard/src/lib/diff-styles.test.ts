import { expect, test } from "vitest";
import { styleAttribute, upsertHostThemeStyle } from "./diff-styles";

function rootOf(): ShadowRoot {
  return document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
}

test("one style has one name, another has another", () => {
  const red = styleAttribute("color: red");
  expect(red).toMatch(/^data-style="\d+"$/);
  expect(styleAttribute("color: red")).toBe(red);
  expect(styleAttribute("color: blue")).not.toBe(red);
});

test("a diff gets its theme and the shared styles once, without any <style>", () => {
  const shadowRoot = rootOf();
  const node = upsertHostThemeStyle({ shadowRoot, themeCSS: ":host { color: red }" });
  expect(upsertHostThemeStyle({ shadowRoot, currentNode: node, themeCSS: ":host { color: blue }" })).toBe(node);
  expect(shadowRoot.adoptedStyleSheets).toHaveLength(2);
  expect(shadowRoot.querySelector("style")).toBeNull();
  expect(upsertHostThemeStyle({ shadowRoot, currentNode: node, themeCSS: " " })).toBeUndefined();
  expect(node?.isConnected).toBe(false);
});
