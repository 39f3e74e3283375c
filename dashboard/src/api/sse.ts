/** Reads server-sent events from the body of an answer, which unlike EventSource can be asked for with headers, tells
 * comments (the heartbeat) and takes events of any name. */

export interface ServerEvent {
  id: string | null;
  type: string;
  data: string;
}

/** A null is a sign of life without news. */
export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent | null> {
  let event = empty();
  for await (const line of lines(body)) {
    if (line === "") {
      if (event.data !== "") yield { ...event, data: event.data.slice(0, -1) };
      event = empty();
    } else if (line.startsWith(":")) yield null;
    else take(event, line);
  }
}

function empty(): ServerEvent {
  return { id: null, type: "message", data: "" };
}

function take(event: ServerEvent, line: string): void {
  const colon = line.indexOf(":");
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
  if (field === "id") event.id = value;
  else if (field === "event") event.type = value;
  else if (field === "data") event.data += `${value}\n`;
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      rest += decoder.decode(read.value, { stream: true });
      const whole = rest.split("\n");
      rest = whole.pop() ?? "";
      for (const line of whole) yield line.endsWith("\r") ? line.slice(0, -1) : line;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
