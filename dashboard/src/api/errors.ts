/** Every failed request becomes an ApiError, which says what went wrong and what to do about it. */

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(
    status: number,
    detail: { code: string; message: string; hint: string; request_id?: string | null },
    retryAfterSeconds: number | null = null,
  ) {
    super(detail.message);
    this.name = "ApiError";
    this.status = status;
    this.code = detail.code;
    this.hint = detail.hint;
    this.requestId = detail.request_id ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The server could not be reached at all; there is no answer to speak of. */
export function unreachable(): ApiError {
  return new ApiError(0, {
    code: "unreachable",
    message: "The orchestrator cannot be reached.",
    hint: "Look whether it runs and whether this machine has a network; the page goes on by itself.",
  });
}

/** Of an answer whose status is no success; a proxy on the way may have answered in a shape of its own. */
export function errorOf(response: Response, body: unknown): ApiError {
  const detail = detailOf(body) ?? {
    code: `http_${response.status}`,
    message: `The server answered ${response.status}${response.statusText ? ` ${response.statusText}` : ""}.`,
    hint: "It was not the orchestrator that answered; look at what stands between it and this browser.",
    request_id: response.headers.get("x-request-id"),
  };
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiError(response.status, detail, Number.isFinite(seconds) ? seconds : null);
}

function detailOf(body: unknown): { code: string; message: string; hint: string; request_id?: string } | null {
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : null;
  if (typeof error !== "object" || error === null) return null;
  const { code, message, hint, request_id } = error as Record<string, unknown>;
  if (typeof code !== "string" || typeof message !== "string") return null;
  return {
    code,
    message,
    hint: typeof hint === "string" ? hint : "",
    request_id: typeof request_id === "string" ? request_id : undefined,
  };
}

/** It does not exist, or is another tenant's. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** What to show of any error that was thrown. */
export function toldOf(error: unknown): {
  message: string;
  hint: string;
  code: string | null;
  requestId: string | null;
} {
  if (error instanceof ApiError) {
    const { message, hint, code, requestId } = error;
    return { message, hint, code, requestId };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    message,
    hint: "Load the page again; if it stays, report it with what you did.",
    code: null,
    requestId: null,
  };
}
