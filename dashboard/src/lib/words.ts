import { exactly } from "./money";

/** "1 session", "2 sessions", "1,200 sessions"; `many` is for words that do more than take an s. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${exactly(number)} ${number === 1 ? one : many}`;
}
