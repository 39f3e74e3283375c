const UUID = /\b([0-9a-f]{8})-(?:[0-9a-f]{4}-){3}[0-9a-f]{6}([0-9a-f]{6})\b/gi;

/** With its ids cut in their middle: those of one day begin alike, and only their ends tell them apart. */
export function withShortIds(text: string): string {
  return text.replaceAll(UUID, "$1…$2");
}
