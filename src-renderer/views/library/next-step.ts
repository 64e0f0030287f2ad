import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { shellWord } from '../../lib/format.ts';

export interface NextStep {
  readonly purpose: string;
  readonly command: string;
}

/** What one would do with a cache next, as the command that does it; while a job runs on it, stopping that. */
export function nextStep(cache: CacheSummary, job: JobSummary | undefined): NextStep {
  if (job !== undefined) return { purpose: `stop the ${job.command} of ${cache.label}`, command: `larder jobs cancel ${shellWord(job.id)}` };
  const target = cache.configPath === null ? `--cache ${shellWord(cache.directory)}` : `--config ${shellWord(cache.configPath)}`;
  if (cache.damaged > 0) return { purpose: `repair ${cache.label}`, command: `larder fix ${target}` };
  if (cache.configPath !== null && cache.required !== null && cache.present < cache.required) return { purpose: `make what is missing in ${cache.label}`, command: `larder generate ${target}` };
  return { purpose: `check ${cache.label}`, command: `larder verify ${target}` };
}
