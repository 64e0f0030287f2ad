import type { EntryPage } from '../../../../src-main/contract/commands.ts';
import type { EntrySummary } from '../../../../src-main/contract/entries.ts';

export const PAGE_ROWS = 100;
/** Pages kept; those farthest from the view go first. */
const PAGES_KEPT = 60;

export type LoadPage = (offset: number, limit: number) => Promise<EntryPage>;

/**
 * Rows of one filtered, sorted list, loaded in pages as they come into view. What is shown stays
 * until something newer is there, so that nothing flickers.
 */
export class RowPages {
  /** Rows in the list; null until the first answer. */
  total: number | null = null;
  error: Error | null = null;
  readonly #load: LoadPage;
  readonly #onChange: () => void;
  readonly #pages = new Map<number, readonly EntrySummary[]>();
  readonly #stale = new Set<number>();
  readonly #loading = new Set<number>();
  #wanted = { first: 0, last: 0 };
  #isClosed = false;

  constructor(load: LoadPage, onChange: () => void) {
    this.#load = load;
    this.#onChange = onChange;
  }

  row(index: number): EntrySummary | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** Rows that are in view; both inclusive. */
  want(first: number, last: number): void {
    this.#wanted = { first: Math.floor(first / PAGE_ROWS), last: Math.floor(Math.max(first, last) / PAGE_ROWS) };
    this.#loadNext();
  }

  /** Everything may have changed: what is in view is loaded anew, the rest when it comes into view. */
  refresh(): void {
    for (const page of this.#pages.keys()) this.#stale.add(page);
    if (this.total === null) this.#stale.add(this.#wanted.first);
    this.#loadNext();
  }

  /** Loads a stretch as it is now, for choosing more rows than are in view. */
  async stretch(first: number, last: number): Promise<readonly EntrySummary[]> {
    const rows: EntrySummary[] = [];
    while (first + rows.length <= last) {
      const page = await this.#load(first + rows.length, Math.min(500, last - first - rows.length + 1));
      if (page.rows.length === 0) break;
      rows.push(...page.rows);
    }
    return rows;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** One page after the other, always for where the view is now: a dragged bar leaves no queue behind. */
  #loadNext(): void {
    if (this.#loading.size > 0 || this.#isClosed) return;
    for (let page = this.#wanted.first; page <= this.#wanted.last; page++) {
      if (this.total !== null && page * PAGE_ROWS >= this.total && page > 0) break;
      if (!this.#pages.has(page) || this.#stale.has(page)) {
        void this.#loadPage(page);
        return;
      }
    }
  }

  async #loadPage(page: number): Promise<void> {
    this.#loading.add(page);
    this.#stale.delete(page);
    try {
      const { total, rows } = await this.#load(page * PAGE_ROWS, PAGE_ROWS);
      this.total = total;
      this.#pages.set(page, rows);
      this.error = null;
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(String(error));
    }
    this.#loading.delete(page);
    if (this.#isClosed) return;
    this.#forgetFar();
    this.#onChange();
    if (this.error === null) this.#loadNext();
  }

  #forgetFar(): void {
    if (this.#pages.size <= PAGES_KEPT) return;
    const distance = (page: number): number => Math.abs(page - this.#wanted.first);
    const [farthest] = Array.from(this.#pages.keys()).sort((a, b) => distance(b) - distance(a));
    this.#pages.delete(farthest!);
    this.#stale.delete(farthest!);
  }
}
