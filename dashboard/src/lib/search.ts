/** Search parameters as people write them: `?status=running&status=queued&view=board`. */

type RawSearch = Record<string, string | string[]>;

export function parseSearch(text: string): RawSearch {
  const found: RawSearch = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = found[name];
    found[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return found;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") params.append(name, String(one));
    }
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** Whatever a person may have typed into the address: only what is one of `allowed` is kept. */
export function oneOf<Value extends string>(value: unknown, allowed: readonly Value[]): Value | undefined {
  return allowed.find((one) => one === value);
}

export function someOf<Value extends string>(value: unknown, allowed: readonly Value[]): Value[] | undefined {
  const wanted = Array.isArray(value) ? value : [value];
  const found = allowed.filter((one) => wanted.includes(one));
  return found.length > 0 ? found : undefined;
}

export function textOf(value: unknown): string | undefined {
  const text = Array.isArray(value) ? value[0] : value;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}
