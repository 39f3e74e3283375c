/** The typed client of the API: the cookie of the sign-in goes along by itself, the tenant as X-Tenant-ID. */
import createClient, { type Middleware } from "openapi-fetch";
import { errorOf, unreachable } from "./errors";
import type { paths } from "./schema";
import { chosenTenant } from "./tenant";

/** A request that lasts longer is given up, so that no page waits for ever. */
const TIMEOUT_MS = 30_000;

let onSignedOut: () => void = () => {};

/** What is done when an answer says that nobody is signed in. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

export function signedOut(): void {
  onSignedOut();
}

export function tenantHeaders(): Record<string, string> {
  const tenant = chosenTenant();
  return tenant === null ? {} : { "X-Tenant-ID": tenant };
}

const middleware: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(tenantHeaders())) request.headers.set(name, value);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return;
    if (response.status === 401) signedOut();
    throw errorOf(response, await response.json().catch(() => null));
  },
};

async function fetchWithLimit(request: Request): Promise<Response> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(request, { signal: AbortSignal.any([request.signal, limit]) });
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw unreachable();
  }
}

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: fetchWithLimit,
  querySerializer: { array: { style: "form", explode: true } },
});
api.use(middleware);

/** Of an answer of `api`: its body. What failed was thrown before. */
export async function bodyOf<Body>(answer: Promise<{ data?: Body }>): Promise<Body> {
  return (await answer).data as Body;
}

/** What was read, and the tag by which a writer says that nothing else has been written since. */
export interface Tagged<Value> {
  value: Value;
  etag: string;
}

export async function tagged<Value>(answer: Promise<{ data?: Value; response: Response }>): Promise<Tagged<Value>> {
  const { data, response } = await answer;
  return { value: data as Value, etag: response.headers.get("etag") ?? "" };
}

/** For POSTs that create: repeating one with the same key creates nothing twice. */
export function idempotencyKey(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": crypto.randomUUID() };
}
