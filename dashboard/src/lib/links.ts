/** Addresses of pages that other features link to without knowing them. */

export function sessionPath(id: string): string {
  return `/sessions/${id}`;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether it can be anything's id at all; what cannot is not asked for. */
export function isId(text: string): boolean {
  return UUID.test(text);
}

/** A new session that begins with what that one was given. */
export function handInAgain(id: string): { to: "/new"; search: { from: string } } {
  return { to: "/new", search: { from: id } };
}

export function agentPage(id: string): { to: "/agents/$id"; params: { id: string }; search: object } {
  return { to: "/agents/$id", params: { id }, search: {} };
}

/** An agent that runs elsewhere, with one of its assignments open. */
export function externalAgentPage(id: string, open?: string) {
  return { to: "/agents/external/$id", params: { id }, search: { open } } as const;
}

/** Why an agent was chosen for a session. */
export function routingPage(decision: string): { to: "/agents"; search: { tab: "route"; decision: string } } {
  return { to: "/agents", search: { tab: "route", decision } };
}

export function planPage(id: string, task?: string): { to: "/plans/$id"; params: { id: string }; search: object } {
  return { to: "/plans/$id", params: { id }, search: { task } };
}

export const COSTS_PATH = "/costs";

/** A place of this site to go to after the sign-in; whatever leads elsewhere becomes the first page. */
export function ownPath(next: string | undefined): string {
  return next?.startsWith("/") && !/^\/[/\\]/.test(next) ? next : "/";
}

export function jobPage(id: string): { to: "/training/jobs/$id"; params: { id: string }; search: object } {
  return { to: "/training/jobs/$id", params: { id }, search: {} };
}

export function modelPage({ name, version }: { name: string; version: string }) {
  return { to: "/training/models/$name/$version", params: { name, version } } as const;
}

export function datasetPage(id: string): { to: "/training/datasets/$id"; params: { id: string }; search: object } {
  return { to: "/training/datasets/$id", params: { id }, search: {} };
}
