import { useMutation, useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, useRouter } from "@tanstack/react-router";
import { KeyRound, LogIn } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { signedInAs, signIn, signInMethods } from "@/api/auth";
import { ApiError, toldOf } from "@/api/errors";
import { queryClient } from "@/api/queries";
import { ownPath } from "@/lib/links";
import { usePageTitle } from "@/lib/title";
import { Button } from "@/ui/button";
import { Field, TextInput } from "@/ui/field";
import { FormError } from "@/ui/form-dialog";
import { Mark } from "@/ui/mark";

const route = getRouteApi("/sign-in");

function SignIn() {
  usePageTitle("Sign in");
  const search = route.useSearch();
  const next = ownPath(search.next);
  const router = useRouter();
  const [key, setKey] = useState("");
  const methods = useQuery({ queryKey: ["sign-in-methods"], queryFn: signInMethods, retry: 1 });
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: () => {
      queryClient.clear();
      router.history.replace(next);
    },
  });
  const [offered, setOffered] = useState<{ token: string; signedIn: string } | null>(null);
  useLinkToken((token) =>
    signedInAs().then(
      (signedIn) => (signedIn === null ? attempt.mutate({ token }) : setOffered({ token, signedIn })),
      () => attempt.mutate({ token }),
    ),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim()) attempt.mutate({ key: key.trim() });
  };
  return (
    <main className="grid min-h-full place-items-center p-4">
      <div className="w-full max-w-sm border border-line-strong bg-panel">
        <header className="flex items-center gap-3 border-b border-line px-5 py-4">
          <Mark className="size-8" />
          <div>
            <h1 className="text-base font-semibold">Sign in</h1>
            <p className="text-xs text-ink-faint">OpenCode Industrial Orchestrator</p>
          </div>
        </header>
        {offered && (
          <ByAnothersLink
            signedIn={offered.signedIn}
            onTake={() => attempt.mutate({ token: offered.token })}
            onLeave={() => router.history.replace(next)}
          />
        )}
        <form onSubmit={submit} className="flex flex-col gap-4 p-5">
          {search.refused && <FormError error={refusalOf(search.refused, search.request)} />}
          <Field
            label="API key"
            hint="It is exchanged for a cookie, and kept nowhere in this browser."
            error={attempt.isError ? sentence(attempt.error, "token" in attempt.variables) : null}
          >
            {(ids) => (
              <TextInput
                {...ids}
                type="password"
                name="key"
                autoComplete="current-password"
                spellCheck={false}
                autoFocus
                className="numbers"
                value={key}
                onChange={(event) => setKey(event.target.value)}
              />
            )}
          </Field>
          <Button look="primary" type="submit" icon={<KeyRound />} isBusy={attempt.isPending}>
            {attempt.isPending ? "Signing in…" : "Sign in"}
          </Button>
          {methods.data?.oidc && (
            <a
              href={`/auth/log-in?next=${encodeURIComponent(next)}`}
              className="inline-flex h-8 items-center justify-center gap-1.5 border border-line-strong hover:bg-raised"
            >
              <LogIn aria-hidden className="size-3.5" /> Log in with OpenID
            </a>
          )}
        </form>
        <footer className="border-t border-line px-5 py-3 text-xs text-ink-faint">
          No key at hand? On the machine that it runs on, <code className="numbers text-ink-soft">orchestrator up</code>{" "}
          prints a link that signs you in once.
        </footer>
      </div>
    </main>
  );
}

/** Whoever sends a link may mean others to work, and to show what they know, in a tenant of the sender's. */
function ByAnothersLink(props: { signedIn: string; onTake(): void; onLeave(): void }) {
  return (
    <section
      aria-label="Sign in by the link?"
      className="flex flex-col gap-3 border-b border-line bg-attention-wash px-5 py-4"
    >
      <p>
        You are signed in as <b className="font-medium">{props.signedIn}</b>. This link signs you in as whoever made it.
        Take it only if you know where it comes from.
      </p>
      <div className="flex gap-2">
        <Button look="primary" onClick={props.onLeave}>
          Stay signed in
        </Button>
        <Button onClick={props.onTake}>Use the link</Button>
      </div>
    </section>
  );
}

/** The token of a one-time link stands in the fragment, which no server sees, and leaves the address before it is used. */
function useLinkToken(use: (token: string) => unknown): void {
  const latest = useRef(use);
  latest.current = use;
  useEffect(() => {
    const token = tokenOf(window.location.hash);
    if (token === null) return;
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
    latest.current(token);
  }, []);
}

function tokenOf(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get("token") || null;
}

const REFUSALS: Record<string, [message: string, hint: string]> = {
  log_in_failed: [
    "The log-in was not completed.",
    "Log in again. If it keeps failing, an operator finds the reason in the log, by the id of the request.",
  ],
  openid_provider_unreachable: [
    "The OpenID provider does not answer.",
    "Try again shortly. An operator checks ORCHESTRATOR_OIDC_ISSUER and the way to it.",
  ],
};

/** The address tells the code alone, so that no link can put words into this page. */
function refusalOf(code: string, request_id?: string): ApiError {
  const known = REFUSALS[code];
  const [message, hint] = known ?? ["The log-in was refused.", "See docs/reference/errors.md for what the code means."];
  return new ApiError(0, { code: known ? code : "log_in_refused", message, hint, request_id });
}

function sentence(error: unknown, isLink: boolean): string {
  if (error instanceof ApiError && error.status === 401) {
    return isLink
      ? "This link has been used, or is too old. `orchestrator up` prints a new one at each start."
      : "This key is not valid here. See that all of it was pasted, and that it was not revoked.";
  }
  const { message, hint } = toldOf(error);
  return `${message} ${hint}`.trim();
}

export const page = createLazyRoute("/sign-in")({ component: SignIn });
