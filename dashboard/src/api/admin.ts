/** What the pages of the administration read and change; whatever is changed makes all of it old, the audit log too. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf, idempotencyKey, tagged } from "./client";
import { MODELS, queryClient } from "./queries";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
export type Member = Schemas["UserRead"];
export type ApiKey = Schemas["KeyRead"];
type NewKey = Schemas["KeyCreate"];
export type MadeKey = Schemas["KeyCreated"];
export type Quotas = Schemas["QuotasRead"];
type QuotasChange = Schemas["QuotasChange"];
export type Policy = Schemas["ApprovalPolicyRead"];
export type PolicyRule = Schemas["PolicyRule"];
export type Network = Schemas["NetworkRead"];
export type AuditEntry = Schemas["AuditRead"];
export type Tenant = Schemas["TenantRead"];
type TenantChange = Schemas["TenantChange"];
export type Role = Schemas["Role"];

export const ADMIN = ["admin"] as const;
const ROWS = 100;

/** The models are asked for by other pages too. */
export async function refreshAdmin(): Promise<void> {
  await Promise.all([ADMIN, MODELS].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}

/** What the page shows of it is read again before it is said to be done. */
export async function changed<Value>(work: Promise<Value>): Promise<Value> {
  const value = await work;
  await refreshAdmin();
  return value;
}

type AuditQuery = NonNullable<paths["/api/v1/audit"]["get"]["parameters"]["query"]>;
export type AuditFilters = Pick<AuditQuery, "actor" | "action" | "target" | "order">;

const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? null,
  placeholderData: keepPreviousData,
};
const query = (cursor: string | null) => ({ limit: ROWS, cursor: cursor ?? undefined });

export const adminQueries = {
  members: (tenant: string) =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...ADMIN, "members", tenant],
      queryFn: ({ pageParam, signal }) => {
        const params = { path: { tenant_id: tenant }, query: query(pageParam) };
        return bodyOf(api.GET("/api/v1/tenants/{tenant_id}/users", { params, signal }));
      },
    }),

  keys: (mine: boolean) =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...ADMIN, "keys", mine],
      queryFn: ({ pageParam, signal }) =>
        bodyOf(api.GET("/api/v1/api-keys", { params: { query: { mine, ...query(pageParam) } }, signal })),
    }),

  tenants: () =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...ADMIN, "tenants"],
      queryFn: ({ pageParam, signal }) =>
        bodyOf(api.GET("/api/v1/tenants", { params: { query: query(pageParam) }, signal })),
    }),

  audit: (filters: AuditFilters) =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...ADMIN, "audit", filters],
      queryFn: ({ pageParam, signal }) =>
        bodyOf(api.GET("/api/v1/audit", { params: { query: { ...filters, ...query(pageParam) } }, signal })),
    }),

  /** Over the whole log, so that it is asked for only by whoever looks at it; told with the time of the asking. */
  auditVerdict: () =>
    queryOptions({
      queryKey: [...ADMIN, "audit-verdict"],
      queryFn: async ({ signal }) => ({
        ...(await bodyOf(api.GET("/api/v1/audit/verify", { signal }))),
        checked_at: new Date().toISOString(),
      }),
    }),

  quotas: (tenant: string) =>
    queryOptions({
      queryKey: [...ADMIN, "quotas", tenant],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/tenants/{tenant_id}/quotas", { params: { path: { tenant_id: tenant } }, signal })),
      meta: { refreshedBy: ["session", "quota"] },
    }),

  policy: () =>
    queryOptions({
      queryKey: [...ADMIN, "policy"],
      queryFn: ({ signal }) => tagged(api.GET("/api/v1/approval-policy", { signal })),
      meta: { refreshedBy: ["approval_policy"] },
    }),

  network: (tenant: string) =>
    queryOptions({
      queryKey: [...ADMIN, "network", tenant],
      queryFn: ({ signal }) =>
        tagged(api.GET("/api/v1/tenants/{tenant_id}/network", { params: { path: { tenant_id: tenant } }, signal })),
    }),
};

export const admin = {
  addMember: (tenant: string, body: Schemas["UserAdd"]) =>
    changed(
      bodyOf(
        api.POST("/api/v1/tenants/{tenant_id}/users", {
          params: { path: { tenant_id: tenant }, header: idempotencyKey() },
          body,
        }),
      ),
    ),

  changeRole: (tenant: string, user: string, role: Role) =>
    changed(
      bodyOf(
        api.PATCH("/api/v1/tenants/{tenant_id}/users/{user_id}", {
          params: { path: { tenant_id: tenant, user_id: user } },
          body: { role },
        }),
      ),
    ),

  removeMember: (tenant: string, user: string) =>
    changed(
      api.DELETE("/api/v1/tenants/{tenant_id}/users/{user_id}", {
        params: { path: { tenant_id: tenant, user_id: user } },
      }),
    ),

  makeKey: (body: NewKey) =>
    changed(bodyOf(api.POST("/api/v1/api-keys", { params: { header: idempotencyKey() }, body }))),

  rotateKey: (id: string, graceSeconds: number) =>
    changed(
      bodyOf(
        api.POST("/api/v1/api-keys/{key_id}/rotate", {
          params: { path: { key_id: id } },
          body: { grace_seconds: graceSeconds },
        }),
      ),
    ),

  revokeKey: (id: string) =>
    changed(bodyOf(api.POST("/api/v1/api-keys/{key_id}/revoke", { params: { path: { key_id: id } } }))),

  changeQuotas: (tenant: string, body: QuotasChange) =>
    changed(bodyOf(api.PUT("/api/v1/tenants/{tenant_id}/quotas", { params: { path: { tenant_id: tenant } }, body }))),

  setPolicy: (etag: string, body: Schemas["ApprovalPolicyPut"]) =>
    changed(bodyOf(api.PUT("/api/v1/approval-policy", { params: { header: { "If-Match": etag } }, body }))),

  setNetwork: (tenant: string, etag: string, body: Schemas["NetworkChange"]) =>
    changed(
      bodyOf(
        api.PUT("/api/v1/tenants/{tenant_id}/network", {
          params: { path: { tenant_id: tenant }, header: { "If-Match": etag } },
          body,
        }),
      ),
    ),

  makeTenant: (body: Schemas["TenantCreate"]) =>
    changed(bodyOf(api.POST("/api/v1/tenants", { params: { header: idempotencyKey() }, body }))),

  changeTenant: (id: string, body: TenantChange) =>
    changed(bodyOf(api.PATCH("/api/v1/tenants/{tenant_id}", { params: { path: { tenant_id: id } }, body }))),
};
