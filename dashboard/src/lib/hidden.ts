/** Characters that nobody sees and that make text read as something else: they turn its direction, or are of no width. An
 * agent writes what a person then judges, so these are shown by name. */
const HIDDEN = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is shown.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const PICTURES = 0x2400;
const PICTURE_OF_DELETE = "\u2421";

/** Line ends and tabs stay. */
export function unhidden(text: string): string {
  return withoutTurns(text).replace(CONTROLS, pictured);
}

/** A name is one line: where it has an end of lines or a tab in it, that is shown as well. */
export function unhiddenName(name: string): string {
  return unhidden(name).replace(/[\t\n\r]/g, pictured);
}

/** The same for what has its control characters taken away already. */
export function withoutTurns(text: string): string {
  return text.replace(HIDDEN, named);
}

function named(character: string): string {
  return `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

function pictured(character: string): string {
  const code = character.charCodeAt(0);
  if (code > 0x7f) return named(character);
  return code === 0x7f ? PICTURE_OF_DELETE : String.fromCharCode(PICTURES + code);
}
