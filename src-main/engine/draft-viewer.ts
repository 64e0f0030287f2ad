import { resolve } from 'node:path';
import type { Draft } from '../contract/methods-config.ts';
import { LarderError, isCancelled, isLarderError, toWire } from '../base/index.ts';
import type { CacheKind, DraftPicture, DraftRequest, KindConfig } from '../kinds/index.ts';
import type { EngineContext } from './context.ts';
import { kindOfConfig, readConfig } from './open-cache.ts';
import { WarmWorkers } from './warm-workers.ts';

export interface DraftChoices {
  /** Path of a config, or the text of one that has no file yet. */
  readonly config: string | { readonly text: string; readonly name: string };
  readonly text: string;
  /** Pixels. */
  readonly height?: number;
}

/** Draws items before they are made, while somebody chooses what to make. */
export class DraftViewer {
  readonly #context: EngineContext;
  #workers: WarmWorkers | undefined;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** @throws CONFIG_INVALID, CONFIG_UNREADABLE, ARGUMENT_INVALID for a kind that has no such look; CANCELLED */
  async draw({ config: asked, text, height }: DraftChoices, signal: AbortSignal): Promise<readonly Draft[]> {
    const { kind, config } = typeof asked === 'string' ? await readConfig(this.#context, asked) : await this.#parse(asked);
    if (kind.drafts === undefined || kind.batches === undefined) throw new LarderError('ARGUMENT_INVALID', `Entries of the kind ${kind.id} cannot be looked at before they are made.`, { hint: 'Make a few with `larder generate --limit 2`.' });
    const requests = await kind.drafts(config, { text, ...(height === undefined ? {} : { height }) }, signal);
    const environment = await kind.batches.environment(this.#context.dataDirectory);
    return await Promise.all(requests.map((request) => this.#one(kind.id, request, environment, signal)));
  }

  /** Many texts are looked at while somebody chooses; none of them is kept. */
  async #parse({ text, name }: { readonly text: string; readonly name: string }): Promise<{ readonly kind: CacheKind; readonly config: KindConfig }> {
    const { cwd, environment } = this.#context;
    const kind = kindOfConfig(text);
    const { config } = await kind.checkConfig(text, { file: resolve(cwd, name), cwd, environment });
    if (config === undefined) throw new LarderError('CONFIG_INVALID', 'The config has errors.', { hint: 'They are shown at their lines.' });
    return { kind, config };
  }

  async #one(kind: Parameters<WarmWorkers['run']>[0]['kind'], { variant, problem, payload }: DraftRequest, environment: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Draft> {
    const nothing = { variant, png: null, width: 0, height: 0 };
    if (problem !== undefined) return { ...nothing, problem };
    for (let attempt = 1; ; attempt++) {
      this.#workers ??= new WarmWorkers(this.#context.workerHost, 1, 'now', environment);
      const workers = this.#workers;
      try {
        const picture = (await workers.run({ kind, task: 'draft', payload }, signal)) as DraftPicture;
        return 'problem' in picture ? { ...nothing, problem: picture.problem } : { variant, ...picture, problem: null };
      } catch (error) {
        // The workers of all fonts were closed for another one of them.
        if (isCancelled(error) && !signal.aborted && this.#workers !== workers) continue;
        if (!isLarderError(error, 'FONT_INVALID')) throw error;
        // Another file of this family was drawn before, from another folder or under this very name; a new process knows nothing of it.
        if (attempt > 1) return { ...nothing, problem: toWire(error).message };
        if (this.#workers === workers) this.#workers = undefined;
        workers.close();
      }
    }
  }

  close(): void {
    this.#workers?.close();
  }
}
