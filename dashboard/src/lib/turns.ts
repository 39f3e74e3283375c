/** The API counts turns from 0, people count from 1. */
export function turnNumber(number: number): number {
  return number + 1;
}
