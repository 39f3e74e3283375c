/** Stands in, in a build, for the places where @pierre/diffs writes `<style>` elements and `style` attributes into HTML text:
 * our content security policy refuses both. Constructed style sheets do the same and are allowed; see vite.config.ts. */

/** One rule for each different style that any line or token has; there are some dozens. */
let shared: CSSStyleSheet | undefined;
const names = new Map<string, number>();

function sharedSheet(): CSSStyleSheet {
  shared ??= new CSSStyleSheet();
  return shared;
}

/** The attribute to write in place of `style="…"`. */
export function styleAttribute(style: string): string {
  let name = names.get(style);
  if (name === undefined) {
    name = names.size;
    names.set(style, name);
    const sheet = sharedSheet();
    sheet.insertRule(`[data-style="${name}"] {}`, sheet.cssRules.length);
    const rule = sheet.cssRules[sheet.cssRules.length - 1] as CSSStyleRule;
    // Set in this way, no text of a style can end the rule and begin another.
    rule.style.cssText = style;
  }
  return `data-style="${name}"`;
}

interface Host {
  shadowRoot: ShadowRoot;
  currentNode?: HTMLElement;
  themeCSS: string;
}

const sheets = new WeakMap<ShadowRoot, CSSStyleSheet>();

/** Of the package's `utils/hostTheme.js`: gives the root of a diff its theme. The node is only a sign that it has one. */
export function upsertHostThemeStyle({ shadowRoot, currentNode, themeCSS }: Host): HTMLElement | undefined {
  let sheet = sheets.get(shadowRoot);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheets.set(shadowRoot, sheet);
    shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, sheet, sharedSheet()];
  }
  sheet.replaceSync(themeCSS);
  if (themeCSS.trim() === "") {
    currentNode?.remove();
    return undefined;
  }
  const node = currentNode ?? createHostThemeStyleNode();
  if (node.parentNode !== shadowRoot) shadowRoot.appendChild(node);
  return node;
}

export function createHostThemeStyleNode(): HTMLElement {
  const node = document.createElement("template");
  node.setAttribute("data-theme-css", "");
  return node;
}
