import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import { formatAgo, formatCount } from '../../lib/format.ts';

/** Shape, word and tone say the same. */
export interface Health {
  readonly mark: '◆' | '▲' | '○' | '●';
  readonly word: string;
  readonly tone: 'quiet' | 'bad' | 'good';
}

/** Nothing is called sound that nobody has read as it is now. */
export function healthOf(cache: Pick<CacheSummary, 'isGone' | 'damaged' | 'lastVerifiedAtMs' | 'unverified'>): Health {
  if (cache.isGone) return { mark: '◆', word: 'not there', tone: 'quiet' };
  if (cache.damaged > 0) return { mark: '▲', word: `${formatCount(cache.damaged)} damaged`, tone: 'bad' };
  if (cache.lastVerifiedAtMs === null) return { mark: '○', word: 'not verified', tone: 'quiet' };
  if (cache.unverified > 0) return { mark: '○', word: `${formatCount(cache.unverified)} to verify`, tone: 'quiet' };
  return { mark: '●', word: 'sound', tone: 'good' };
}

/** When all of it was last read; undefined if never. */
export function verifiedWords({ lastVerifiedAtMs, unverified }: Pick<CacheSummary, 'lastVerifiedAtMs' | 'unverified'>, nowMs: number): string | undefined {
  if (lastVerifiedAtMs === null) return undefined;
  return `${unverified > 0 ? 'last verified' : 'verified'} ${formatAgo(lastVerifiedAtMs, nowMs)}`;
}
