import { textOf } from "@/lib/search";

interface SignInSearch {
  /** Where to go afterwards. */
  next?: string;
  /** Why the log-in with OpenID came to nothing: the code, and the request that was refused. */
  refused?: string;
  request?: string;
}

export function signInSearch(raw: Record<string, unknown>): SignInSearch {
  return { next: textOf(raw.next), refused: textOf(raw.refused), request: textOf(raw.request) };
}
