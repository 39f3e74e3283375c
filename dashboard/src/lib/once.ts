/** What is sent again with the same words, since no answer came, is done once; other words are another deed. */

type SendOnce = <Answer>(body: unknown, send: (key: string) => Promise<Answer>) => Promise<Answer>;

/** Gives each body an Idempotency-Key that it keeps until it was answered: the server refuses another body under the same one. */
export function sendingOnce(): SendOnce {
  let unanswered: { text: string; key: string } | null = null;
  return async (body, send) => {
    const text = JSON.stringify(body);
    if (unanswered?.text !== text) unanswered = { text, key: crypto.randomUUID() };
    const answer = await send(unanswered.key);
    unanswered = null;
    return answer;
  };
}
