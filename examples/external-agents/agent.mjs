// An external agent in Node 20 or newer, without dependencies: joins, takes tasks, hands in patches.
//   node agent.mjs URL TOKEN NAME
// Put the work of your own into `change`. The protocol: docs/reference/eap.md.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [url, enrolment, name] = process.argv.slice(2);
const base = `${url}/api/v1/agents/external`;
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const publicRaw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
const held = new Map();
let token = "";
let agentId = "";
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => (stopping = true));

const signed = (text) => sign(null, Buffer.from(text), privateKey);
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

function send(method, path, body) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
}

/** Buys a token with a JWT that the agent's own key signs, each of which works once. */
async function renewToken() {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: agentId, sub: agentId, aud: "eap", iat: now, exp: now + 120, jti: randomUUID() };
  const words = `${part({ alg: "EdDSA", typ: "JWT" })}.${part(claims)}`;
  const assertion = `${words}.${signed(words).toString("base64url")}`;
  token = (await (await checked(await send("POST", "/token", { assertion }))).json()).auth_token;
}

async function checked(answer) {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer;
}

async function call(method, path, body) {
  let answer = await send(method, `/${agentId}${path}`, body);
  if (answer.status === 401) {
    await renewToken();
    answer = await send(method, `/${agentId}${path}`, body);
  }
  return checked(answer);
}

async function register() {
  const about = { protocol_version: "1.0", name, agent_type: "node-example", public_key: publicRaw.toString("base64") };
  token = enrolment;
  const told = await (await checked(await send("POST", "/register", about))).json();
  token = told.auth_token;
  agentId = told.agent_id;
  await call("POST", "/prove", { signature: signed(told.challenge).toString("base64") });
  return told.heartbeat_interval_seconds;
}

/** Renews the leases of what is in hand, and says what is not ours any more. */
async function heartbeat(status) {
  const tasks_in_progress = [...held].map(([task_id, task]) => ({ task_id, lease_epoch: task.lease_epoch }));
  const told = await (await call("POST", "/heartbeat", { status, current_load: held.size, tasks_in_progress })).json();
  for (const id of told.cancel) held.delete(id);
}

async function beat(seconds) {
  while (!stopping) {
    await sleep(seconds);
    await heartbeat("healthy").catch((error) => console.error(String(error)));
  }
}

/** The work of this agent: a line in its notes with what it was asked for. */
function change(folder, task) {
  appendFileSync(join(folder, `notes-${name}.md`), `- ${task.input_data.prompt.split("\n")[0]}\n`);
}

async function work(task) {
  const path = `/tasks/${task.task_id}`;
  const epoch = task.lease_epoch;
  const folder = mkdtempSync(join(tmpdir(), "eap-"));
  const clone = join(folder, "repository");
  const git = (...words) => execFileSync("git", words, { encoding: "utf8", maxBuffer: 1 << 28 });
  try {
    const bundle = await call("GET", `${path}/repository?lease_epoch=${epoch}`);
    writeFileSync(join(folder, "bundle"), Buffer.from(await bundle.arrayBuffer()));
    git("clone", "--quiet", "--branch", task.repository.branch, join(folder, "bundle"), clone);
    const event = { seq: 1, kind: "text", text: "I write it into the notes.", data: {} };
    await call("POST", `${path}/events`, { lease_epoch: epoch, events: [event] });
    change(clone, task);
    git("-C", clone, "add", "--all");
    const patch = git("-C", clone, "diff", "--cached", "--binary", task.repository.commit);
    return { lease_epoch: epoch, status: "completed", patch, summary: "Noted." };
  } catch (error) {
    return { lease_epoch: epoch, status: "failed", error: String(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takeOne() {
  const answer = await call("POST", "/tasks/lease?wait=5");
  if (answer.status === 204) return;
  const task = await answer.json();
  held.set(task.task_id, task);
  try {
    const result = await work(task);
    if (held.has(task.task_id)) await call("PUT", `/tasks/${task.task_id}/result`, result);
  } finally {
    held.delete(task.task_id);
  }
}

const seconds = await register();
console.log(`${agentId} waits for tasks`);
beat(seconds);
while (!stopping) {
  await takeOne().catch((error) => console.error(String(error)) ?? sleep(2));
}
await heartbeat("offline");
process.exit(0);
