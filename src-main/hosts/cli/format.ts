/** Numbers as people read them on a terminal. */

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal units, as disks are sold and as `df -H` counts: `33.6 MB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return '–';
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${bytes < 0 ? '−' : ''}${value.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

/** Groups of three by a thin separator that terminals and scripts both read: `47,212`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 volume`, `2 volumes`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `0.4 s`, `38 s`, `4 min`, `2 h 05 min`, `3 d 4 h`. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 89.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A forecast: `38–46 min`; one number where both ends read the same. */
export function formatRange(low: number, high: number): string {
  const from = formatSeconds(low);
  const to = formatSeconds(high);
  if (from === to) return `about ${from}`;
  const fromParts = from.split(' ');
  const toParts = to.split(' ');
  if (fromParts.length === 2 && toParts.length === 2 && fromParts[1] === toParts[1]) return `${fromParts[0]}–${to}`;
  return `${from} – ${to}`;
}

export function formatPercent(part: number, whole: number): string {
  if (whole === 0) return '–';
  // 99.96 % is not "100 %": what is missing must show.
  const percent = Math.floor((part / whole) * 1000) / 10;
  return `${percent === Math.floor(percent) ? percent.toFixed(0) : percent.toFixed(1)} %`;
}

export function formatTime(ms: number | null): string {
  if (ms === null) return '–';
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

/** Rows with columns that line up; numbers to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = header.map(displayWidth);
  // A call takes some hundred thousand arguments at most; a table may have millions of rows.
  for (const row of rows) for (let column = 0; column < widths.length; column++) widths[column] = Math.max(widths[column]!, displayWidth(row[column] ?? ''));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const padding = ' '.repeat(Math.max(0, widths[column]! - displayWidth(cell)));
        return right.includes(column) ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)];
}

/** Columns a text takes: combining marks take none, wide East Asian characters two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    const code = character.codePointAt(0)!;
    width += (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xff00 && code <= 0xff60) || code >= 0x1f300 ? 2 : 1;
  }
  return width;
}

/** A name of more columns than this is a line of text, and gets a line of its own. */
const SHORT_NAME = 40;
const LONG_NAMES_SHOWN = 10;
/** With what is put before and behind it, within 100 columns. */
const LONG_NAME_COLUMNS = 80;

/**
 * Names in a message: short ones behind one another, lines of text below one another and cut.
 *
 * @param total how many there are, of which `names` are the first
 */
export function formatNames(names: readonly string[], total: number): string[] {
  if (names.length === 0) return [];
  if (names.every((name) => displayWidth(name) <= SHORT_NAME)) return [names.join(', ') + (total > names.length ? `, and ${formatCount(total - names.length)} more` : '')];
  const runs = runsOf(names).slice(0, LONG_NAMES_SHOWN);
  const shown = runs.map(({ name, count }) => (count === 1 ? cutName(name) : `${cutName(name)} (${count} times)`));
  const more = total - runs.reduce((sum, { count }) => sum + count, 0);
  return more > 0 ? [...shown, `… and ${formatCount(more)} more`] : shown;
}

/** A line of text stands there once for each font it is drawn in, mostly one after the other. */
function runsOf(names: readonly string[]): { readonly name: string; readonly count: number }[] {
  const runs: { name: string; count: number }[] = [];
  for (const name of names) {
    const last = runs.at(-1);
    if (last?.name === name) last.count++;
    else runs.push({ name, count: 1 });
  }
  return runs;
}

/** Between two letters with their marks, so that no Khmer syllable is torn apart. */
function cutName(name: string): string {
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let width = 0;
  for (const { segment, index } of graphemes.segment(name)) {
    width += displayWidth(segment);
    if (width > LONG_NAME_COLUMNS) return `${name.slice(0, index)}…`;
  }
  return name;
}
