/** Signing in and out, which is outside of the API proper: it takes no tenant and answers 401 for a wrong key. */
import { errorOf, unreachable } from "./errors";

export async function signIn(proof: { key: string } | { token: string }): Promise<void> {
  await ask("/auth/sign-in", { method: "POST", body: JSON.stringify(proof) });
}

export async function signOut(): Promise<void> {
  await ask("/auth/log-out", { method: "POST" });
}

/** Who is signed in here, by name; null: nobody. */
export async function signedInAs(): Promise<string | null> {
  const response = await fetch("/api/v1/me", { signal: AbortSignal.timeout(30_000) }).catch(() => {
    throw unreachable();
  });
  if (response.status === 401) return null;
  const me = (await response.json().catch(() => null)) as { principal?: { name?: unknown } } | null;
  return typeof me?.principal?.name === "string" ? me.principal.name : "somebody";
}

interface SignInMethods {
  oidc: boolean;
}

export async function signInMethods(): Promise<SignInMethods> {
  const answer: unknown = await (await ask("/auth/methods", {})).json();
  return { oidc: typeof answer === "object" && answer !== null && "oidc" in answer && answer.oidc === true };
}

async function ask(path: string, request: RequestInit): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(path, { ...request, headers, signal: AbortSignal.timeout(30_000) }).catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw errorOf(response, await response.json().catch(() => null));
  return response;
}
