import { randomBytes } from 'node:crypto';
import type { WireError } from '../../contract/errors.ts';
import type { AppInfo, Diagnostics, Envelope, MethodName } from '../../contract/methods.ts';
import { LarderError, isCancelled, isLarderError, toWire } from '../../base/index.ts';
import type { Engine } from '../engine.ts';
import { METHOD_SCHEMAS, isMethodName } from './method-schemas.ts';
import { namedPaths } from './named-paths.ts';
import type { WindowNews } from './methods.ts';
import { methodHandlers } from './methods.ts';
import type { StartedJobs } from './started-jobs.ts';

/** JSON length of an input, UTF-16 units, at most. */
export const INPUT_MAX = 1_000_000;

export interface RouterOptions {
  readonly engine: Engine;
  readonly info: AppInfo;
  /** How this door draws, where it can tell. */
  readonly graphics?: () => NonNullable<Diagnostics['graphics']>;
  /** Folders in which everything must lie that a page names; anywhere, and the usual ones to look into, if absent. */
  readonly roots?: readonly string[] | undefined;
  /** A fault of Larder itself. The window gets only `id`; the rest is for the log. */
  readonly onFault: (id: string, error: unknown) => void;
}

/** Answers one call. Never rejects: every way it can end is an envelope. */
export type Router = (method: string, input: unknown, signal: AbortSignal, news?: WindowNews) => Promise<Envelope>;

const NO_NEWS: WindowNews = { tell: () => undefined, follow: () => undefined, unfollow: () => undefined };

/**
 * The one way in for every window. In this order: is the method known, is the input small enough,
 * does it have the right form, do the paths in it lie where this door may reach;
 * only then the engine is asked.
 */
export function createRouter({ engine, info, graphics, roots, onFault }: RouterOptions, jobs: StartedJobs, onChanged: (directory?: string) => void = () => undefined): Router {
  const handlers = methodHandlers({ engine, info, graphics, roots, jobs, onChanged });
  async function handle<M extends MethodName>(method: M, input: unknown, signal: AbortSignal, news: WindowNews): Promise<unknown> {
    assertSize(method, input);
    const parsed = METHOD_SCHEMAS[method].safeParse(input);
    if (!parsed.success) throw invalidInput(method, parsed.error.issues);
    if (roots !== undefined) await engine.assertWithin(roots, namedPaths(parsed.data));
    return await handlers[method](parsed.data, signal, news);
  }
  return async (method, input, signal, news = NO_NEWS) => {
    try {
      if (!isMethodName(method)) throw new LarderError('ARGUMENT_INVALID', `There is no method "${method.slice(0, 100)}".`, { hint: 'Reload the page; it may be of another version.' });
      return { ok: true, value: await handle(method, input, signal, news) };
    } catch (error) {
      return { ok: false, error: wireForWindow(error, onFault) };
    }
  };
}

function assertSize(method: string, input: unknown): void {
  const length = jsonLength(input);
  if (length > INPUT_MAX) throw new LarderError('ARGUMENT_INVALID', `The input of ${method} is too large: ${length} characters, ${INPUT_MAX} are allowed.`, { hint: 'Send less at a time.' });
}

/** @returns Infinity for what is nested so deeply that it cannot be written as JSON: no input of ours is */
function jsonLength(input: unknown): number {
  try {
    return JSON.stringify(input)?.length ?? 0;
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

function invalidInput(method: string, issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): LarderError {
  const [issue] = issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the input' : issue.path.map(String).join('.');
  return new LarderError('ARGUMENT_INVALID', `${method}: ${where}: ${issue?.message ?? 'has the wrong form'}`, { hint: 'Reload the page; it may be of another version.' });
}

/** Expected errors go as they are, without what caused them; of a bug only a number to find it by in the log. */
function wireForWindow(error: unknown, onFault: RouterOptions['onFault']): WireError {
  if ((isLarderError(error) && error.code !== 'INTERNAL') || isCancelled(error)) {
    const { cause: _cause, ...wire } = toWire(error);
    return wire;
  }
  const id = randomBytes(4).toString('hex');
  onFault(id, error);
  return { code: 'INTERNAL', message: `A fault of Larder itself (${id}).`, hint: 'Its log has the rest under that number. Please report it.' };
}
