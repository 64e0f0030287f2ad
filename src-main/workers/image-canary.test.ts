import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createNodeWorkerHost } from './node-host.ts';
import type { WorkerExit } from './protocol.ts';

/** The worker itself, in plain Node, where sharp's library is at home. */
async function end(environment: Readonly<Record<string, string>>): Promise<WorkerExit> {
  const host = createNodeWorkerHost(join(import.meta.dirname, 'entry.ts'), process.env);
  return await new Promise((resolve) => host.spawn({ name: 'canary', heapMegabytes: 256, environment }).onExit(resolve));
}

it('a canary converts its pictures and ends with 0, and with 1 where sharp cannot work', async () => {
  expect(await end({ LARDER_IMAGES: 'canary' })).toMatchObject({ code: 0, signal: null });
  const failed = await end({ LARDER_IMAGES: 'canary', NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent("import { registerHooks } from 'node:module'; registerHooks({ resolve: (name, context, next) => { if (name === 'sharp') throw new Error('no sharp here'); return next(name, context); } });")}` });
  expect(failed.code).toBe(1);
  expect(failed.tail).toContain('no sharp here');
}, 60_000);
