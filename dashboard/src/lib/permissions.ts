/** What the reader may do is in what GET /me says; this adds the role that it would take, so that a button that would be
 * refused says why. A test holds it against docs/reference/permissions.md, which is made from the server's own table. */

export const ROLES = ["ADMIN", "LEAD", "MEMBER", "VIEWER"] as const;
export type Role = (typeof ROLES)[number];

/** The least role that has the permission. */
export const LEAST_ROLE = {
  "sessions:read": "VIEWER",
  "sessions:write": "MEMBER",
  "events:read": "VIEWER",
  "tenant:read": "VIEWER",
  "usage:read": "MEMBER",
  "models:read": "VIEWER",
  "models:call": "MEMBER",
  "keys:own": "MEMBER",
  "budgets:write": "LEAD",
  "users:read": "LEAD",
  "users:write": "ADMIN",
  "keys:read": "LEAD",
  "keys:write": "ADMIN",
  "quotas:read": "VIEWER",
  "quotas:write": "ADMIN",
  "providers:read": "LEAD",
  "providers:write": "ADMIN",
  "git_credentials:read": "LEAD",
  "git_credentials:write": "ADMIN",
  "trajectories:read": "LEAD",
  "audit:read": "LEAD",
  "tenant:write": "ADMIN",
  "approval_policy:write": "ADMIN",
  "agents:read": "VIEWER",
  "agents:write": "LEAD",
  "contexts:read": "VIEWER",
  "contexts:write": "MEMBER",
  "webhooks:read": "LEAD",
  "webhooks:write": "ADMIN",
  "market:read": "VIEWER",
  "market:install": "LEAD",
  "market:publish": "ADMIN",
  "datasets:read": "LEAD",
  "datasets:write": "LEAD",
  "training:read": "VIEWER",
  "training:write": "LEAD",
  "training:consent": "ADMIN",
  "versions:read": "VIEWER",
  "versions:write": "LEAD",
  "versions:promote": "ADMIN",
} as const satisfies Record<string, Role>;
export type Permission = keyof typeof LEAST_ROLE;

/** `operator` is what only who keeps the platform may do, whatever the role. */
export type Need = Permission | "operator";

export interface Standing {
  role: Role | null;
  permissions: readonly string[];
  is_operator: boolean;
}

/** Null when it is allowed, else the reason to show. */
export function whyNot(me: Standing, need: Need): string | null {
  if (need === "operator") return me.is_operator ? null : "Only a platform operator can do this.";
  if (me.permissions.includes(need)) return null;
  const least = LEAST_ROLE[need];
  return `This needs the role ${least}${least === "ADMIN" ? "" : " or higher"}; yours here is ${me.role ?? "none"}.`;
}
