/** Numbers and times as the page shows them. Units are decimal, as disks are sold. */

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `33.6 MB`, three digits at least where there are as many. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value < 9.995 ? 2 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

/**
 * `47,212`. Put together here: the first number that a browser's own formats write loads its tables of languages, which
 * takes as long as showing half of a screen, before anything is on it.
 */
export function formatCount(count: number): string {
  const digits = Math.round(Math.abs(count)).toFixed(0);
  return `${count < 0 ? '-' : ''}${digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')}`;
}

/** Whole percent, rounded down: 99.9 % is not all. */
export function percentOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(100, Math.floor((part / whole) * 100));
}

/** `38 s`, `4 min`, `2 h 05 min`, `3 d 4 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 89.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A forecast: `38–46 min left`. */
export function formatRemaining({ low, high }: { readonly low: number; readonly high: number }): string {
  const from = formatSeconds(low);
  const to = formatSeconds(high);
  if (from === to) return `about ${to} left`;
  const [fromNumber, fromUnit] = from.split(' ');
  return from.split(' ').length === 2 && to.endsWith(` ${fromUnit}`) && to.split(' ').length === 2 ? `${fromNumber}–${to} left` : `${from} – ${to} left`;
}

/** `just now`, `12 min ago`, `2 h ago`, `yesterday`, `3 d ago`. */
export function formatAgo(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? 'yesterday' : `${days} d ago`;
}

/** `0.9`, `12`, `1,250`: a rate per second without its unit. */
export function formatRate(perSecond: number): string {
  return perSecond < 9.95 ? perSecond.toFixed(1) : formatCount(perSecond);
}

/** A word of a command line, quoted where a POSIX shell would read it otherwise. */
export function shellWord(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
