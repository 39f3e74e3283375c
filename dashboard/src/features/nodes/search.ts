/** Which node is open lives in the address. */
import { textOf } from "@/lib/search";

interface NodesSearch {
  node?: string;
}

export function nodesSearch(raw: Record<string, unknown>): NodesSearch {
  return { node: textOf(raw.node) };
}
