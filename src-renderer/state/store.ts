import { create } from 'zustand';
import type { AppInfo } from '../../src-main/contract/methods.ts';
import type { Connection, EngineClient } from '../client/index.ts';
import type { Mirror } from './mirror.ts';
import { call, setEngine } from './engine.ts';
import { without } from './followed-jobs.ts';
import { EMPTY_MIRROR, apply } from './mirror.ts';

interface PageState {
  readonly mirror: Mirror;
  readonly connection: Connection;
  readonly info: AppInfo | null;
}

export const usePage = create<PageState>(() => ({ mirror: EMPTY_MIRROR, connection: 'connecting', info: null }));

/** Who looks at a job, by its number: the details of one may be on two places of the page. */
const followed = new Map<string, Set<(error: unknown) => void>>();

/** Keeps the state at what the engine says, for as long as the page lives. */
export function followEngine(client: EngineClient): void {
  setEngine(client);
  client.onUpdate(({ payload }) => {
    // Was on its way still when the last one looked away.
    if (payload.type === 'jobDetail' && !followed.has(payload.detail.job.id)) return;
    usePage.setState(({ mirror }) => ({ mirror: apply(mirror, payload) }));
  });
  // A subscription that begins anew knows of no job that is looked at.
  client.onUpdate(({ payload }) => {
    if (payload.type === 'snapshot') for (const jobId of followed.keys()) tellFollowed(jobId);
  });
  document.addEventListener('visibilitychange', () => client.setPaused(document.hidden));
  client.onConnection((connection) => {
    usePage.setState({ connection });
    if (connection === 'open') void readInfo(client);
  });
}

async function readInfo(client: EngineClient): Promise<void> {
  try {
    usePage.setState({ info: await client.call('app.info', {}) });
  } catch {
    // Lost again meanwhile; the next connection asks again, and the page says that it is lost.
  }
}

/** Has the details of a job in the mirror for as long as somebody looks at them. @returns ends it */
export function followJob(jobId: string, onProblem: (error: unknown) => void): () => void {
  const own = (error: unknown): void => onProblem(error);
  const lookers = followed.get(jobId) ?? new Set();
  followed.set(jobId, lookers.add(own));
  if (lookers.size === 1) tellFollowed(jobId);
  return () => {
    lookers.delete(own);
    if (lookers.size > 0) return;
    followed.delete(jobId);
    usePage.setState(({ mirror }) => ({ mirror: { ...mirror, details: without(mirror.details, jobId) } }));
    void call('jobs.unfollow', { jobId }).catch(() => undefined);
  };
}

function tellFollowed(jobId: string): void {
  call('jobs.follow', { jobId }).catch((error: unknown) => {
    // One that is lost begins anew by itself, with a snapshot.
    if (usePage.getState().connection === 'open') for (const tell of followed.get(jobId) ?? []) tell(error);
  });
}
