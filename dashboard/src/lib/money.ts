/** Money is whole micro-USD, tokens are whole numbers. */

// Kept, since to make one takes longer than to draw the rest of a row.
const TWO_DIGITS = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const FOUR_DIGITS = new Intl.NumberFormat("en-US", { minimumFractionDigits: 4, maximumFractionDigits: 4 });
const WHOLE = new Intl.NumberFormat("en-US");

/** "$0", "<$0.0001", "$0.0042", "$1.25", "$1,234.50": small amounts keep what makes them differ. */
export function money(microUsd: number): string {
  if (microUsd === 0) return "$0";
  const sign = microUsd < 0 ? "−" : "";
  const usd = Math.abs(microUsd) / 1_000_000;
  if (usd < 0.0001) return `${sign}<$0.0001`;
  return `${sign}$${(usd < 1 ? FOUR_DIGITS : TWO_DIGITS).format(usd)}`;
}

const SCALES: [least: number, unit: string][] = [
  [1_000_000_000, "G"],
  [1_000_000, "M"],
  [1000, "k"],
];

/** "999", "1.2k", "34k", "5.6M". */
export function count(value: number): string {
  for (const [least, unit] of SCALES) {
    if (value < least) continue;
    const scaled = value / least;
    return `${scaled < 10 ? (Math.floor(scaled * 10) / 10).toFixed(1) : Math.floor(scaled)}${unit}`;
  }
  return String(value);
}

/** Every digit, for a tooltip. */
export function exactly(value: number): string {
  return WHOLE.format(value);
}
