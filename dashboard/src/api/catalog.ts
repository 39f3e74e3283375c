/** Providers of models, the names that lead to them, and the credentials of git remotes; no secret is ever read back. */
import { queryOptions } from "@tanstack/react-query";
import { ADMIN, changed } from "./admin";
import { api, bodyOf, idempotencyKey } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Provider = Schemas["ProviderRead"];
type NewProvider = Schemas["ProviderCreate"];
type ProviderChange = Schemas["ProviderChange"];
type ModelWrite = Schemas["ModelWrite"];
export type Target = Schemas["TargetWrite"];
export type GitCredential = Schemas["GitCredentialRead"];
type NewGitCredential = Schemas["GitCredentialCreate"];

export const catalogQueries = {
  providers: () =>
    queryOptions({
      queryKey: [...ADMIN, "providers"],
      queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/providers", { signal }))).items,
      meta: { refreshedBy: ["provider"] },
    }),

  gitCredentials: () =>
    queryOptions({
      queryKey: [...ADMIN, "git"],
      queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/git-credentials", { signal }))).items,
    }),
};

/** `platform`: of all tenants, which operators keep. */
export const catalog = {
  addProvider: (body: NewProvider, platform: boolean) =>
    changed(bodyOf(api.POST("/api/v1/providers", { params: { query: { platform }, header: idempotencyKey() }, body }))),

  changeProvider: (id: string, body: ProviderChange, platform: boolean) =>
    changed(
      bodyOf(
        api.PATCH("/api/v1/providers/{provider_id}", {
          params: { path: { provider_id: id }, query: { platform } },
          body,
        }),
      ),
    ),

  deleteProvider: (id: string, platform: boolean) =>
    changed(
      api.DELETE("/api/v1/providers/{provider_id}", { params: { path: { provider_id: id }, query: { platform } } }),
    ),

  addModel: (body: ModelWrite, platform: boolean) =>
    changed(bodyOf(api.POST("/api/v1/models", { params: { query: { platform }, header: idempotencyKey() }, body }))),

  replaceModel: (id: string, body: ModelWrite, platform: boolean) =>
    changed(
      bodyOf(api.PUT("/api/v1/models/{model_id}", { params: { path: { model_id: id }, query: { platform } }, body })),
    ),

  deleteModel: (id: string, platform: boolean) =>
    changed(api.DELETE("/api/v1/models/{model_id}", { params: { path: { model_id: id }, query: { platform } } })),

  addGitCredential: (body: NewGitCredential) =>
    changed(bodyOf(api.POST("/api/v1/git-credentials", { params: { header: idempotencyKey() }, body }))),

  deleteGitCredential: (id: string) =>
    changed(api.DELETE("/api/v1/git-credentials/{credential_id}", { params: { path: { credential_id: id } } })),
};
