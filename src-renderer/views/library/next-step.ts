import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { shellWord } from '../../lib/format.ts';
import type { CommandLineProps } from '../../ui/CommandLine.tsx';
import { commandFor } from '../cache/commands.ts';
import { forgetWords } from '../cache/forget.ts';
import { isAllRefused, missingOf } from '../cache/unmakable.ts';

/**
 * What one would do with a cache next, as the command that does it; while a job runs on it, stopping that.
 *
 * @param jobs of which the last one tells whether what is missing can be made
 */
export function nextStep(cache: CacheSummary, job: JobSummary | undefined, jobs: readonly JobSummary[]): CommandLineProps {
  if (job !== undefined) return { place: 'library: stop', purpose: `stop the ${job.command} of ${cache.label}`, command: `larder jobs cancel ${shellWord(job.id)}` };
  if (cache.isGone) return { place: 'library: forget', purpose: `take ${cache.label} out of the library`, command: forgetWords(cache) };
  if (cache.damaged > 0) return { place: 'library: fix', purpose: `repair ${cache.label}`, command: commandFor('fix', cache) };
  if (missingOf(cache) > 0 && !isAllRefused(cache, jobs)) return { place: 'library: generate', purpose: `make what is missing in ${cache.label}`, command: commandFor('generate', cache) };
  return { place: 'library: verify', purpose: `check ${cache.label}`, command: commandFor('verify', cache) };
}
