/** Sizes in powers of 1024, as the settings count them: "512 B", "1.5 KiB", "20 GiB". */
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function bytes(value: number): string {
  let scaled = value;
  let unit = 0;
  while (scaled >= 1024 && unit < UNITS.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  const text = Number.isInteger(scaled) || scaled >= 100 ? String(Math.round(scaled)) : scaled.toFixed(1);
  return `${text} ${UNITS[unit]}`;
}
