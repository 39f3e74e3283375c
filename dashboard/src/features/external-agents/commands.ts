/** What whoever runs the agent copies, to join with the token. */

interface Joining {
  /** Of this orchestrator. */
  url: string;
  token: string;
  /** Null: it brings a name that is new. */
  name: string | null;
  capabilities: readonly string[] | null;
}

const SOME_NAME = "my-agent";

/** Any program that reads a task and changes files. */
export function byCommand({ url, token, name, capabilities }: Joining): string {
  const words = [
    "orchestrator external run",
    `--url ${url}`,
    `--token ${token}`,
    `--name ${name ?? SOME_NAME}`,
    ...(capabilities ?? []).map((one) => `--capability ${one}`),
    '--command "my-agent --quiet"',
  ];
  return words.join(" \\\n  ");
}

/** What is a string in JSON is the same one in Python. */
export function byPython({ url, token, name, capabilities }: Joining): string {
  const about = [
    JSON.stringify(url),
    JSON.stringify(token),
    `name=${JSON.stringify(name ?? SOME_NAME)}`,
    ...(capabilities ? [`capabilities=[${capabilities.map((one) => JSON.stringify(one)).join(", ")}]`] : []),
  ];
  return [
    "from orchestrator.client.external_agent import ExternalAgent",
    "",
    `agent = ExternalAgent.join(${about.join(", ")})`,
    'agent.work(lambda task: task.result(summary="Nothing to do."))',
  ].join("\n");
}
