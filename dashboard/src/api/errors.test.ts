import { expect, test, vi } from "vitest";
import { api, whenSignedOut } from "./client";
import { ApiError, errorOf, toldOf } from "./errors";
import { keepTenant } from "./tenant";

const detail = { code: "illegal_transition", message: "It has ended.", hint: "Retry it.", request_id: "r-1" };

function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fetching = vi.fn(async (_: Request) => new Response(JSON.stringify(body), { status, headers }));
  vi.stubGlobal("fetch", fetching);
  return fetching;
}

test("an error of the API keeps its code, message, hint and request id", async () => {
  answering(409, { error: detail }, { "Retry-After": "7" });
  const error = await api.GET("/api/v1/me").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 409, code: "illegal_transition", hint: "Retry it.", retryAfterSeconds: 7 });
  expect(toldOf(error)).toEqual({
    message: "It has ended.",
    hint: "Retry it.",
    code: "illegal_transition",
    requestId: "r-1",
  });
});

test("an answer in another shape, as a proxy gives, still says what happened", () => {
  const error = errorOf(new Response("<html>", { status: 502, statusText: "Bad Gateway" }), null);
  expect(error).toMatchObject({ status: 502, code: "http_502", message: "The server answered 502 Bad Gateway." });
});

test("a server that cannot be reached is told from one that refuses", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(api.GET("/api/v1/me")).rejects.toMatchObject({ status: 0, code: "unreachable" });
});

test("401 leads to the sign-in, 403 does not", async () => {
  const leave = vi.fn();
  whenSignedOut(leave);
  answering(403, { error: { ...detail, code: "forbidden" } });
  await expect(api.GET("/api/v1/me")).rejects.toMatchObject({ status: 403 });
  expect(leave).not.toHaveBeenCalled();
  answering(401, { error: { ...detail, code: "unauthenticated" } });
  await expect(api.GET("/api/v1/me")).rejects.toMatchObject({ status: 401 });
  expect(leave).toHaveBeenCalledTimes(1);
});

test("the tenant of the tab goes along with every request, and lists are sent as repeated parameters", async () => {
  const fetching = answering(200, { items: [] });
  keepTenant("team-b");
  await api.GET("/api/v1/sessions", { params: { query: { status: ["running", "queued"] } } });
  const request = fetching.mock.calls[0]?.[0] as Request;
  expect(request.headers.get("X-Tenant-ID")).toBe("team-b");
  expect(new URL(request.url).search).toBe("?status=running&status=queued");
  keepTenant(null);
  await api.GET("/api/v1/sessions");
  expect(fetching.mock.calls[1]?.[0].headers.has("X-Tenant-ID")).toBe(false);
});
