import { useState } from 'react';
import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { RadioList } from '../../ui/RadioList.tsx';
import { hasRawFiles } from '../../kinds/config-parts.ts';
import { ErrorNote } from './ErrorNote.tsx';
import type { Chosen } from './chosen.ts';
import { chosenInput, chosenParts, countOf } from './chosen.ts';
import { commandFor } from './commands.ts';
import { DEPTHS, depthOf } from './depths.ts';
import { JobOptions } from './JobOptions.tsx';
import { MaterialFields, NO_MATERIAL, materialChoices, materialFlags } from './MaterialFields.tsx';
import type { NumberTexts } from './job-options.ts';
import { areNumbers, numberFlags, numbersOf } from './job-options.ts';
import { useStart } from './use-start.ts';

interface VerifyDialogProps {
  readonly cache: CacheSummary;
  /** These entries only, and the size of their files, where it is known; all of them if absent. */
  readonly only?: Chosen & { readonly bytes?: number };
  readonly onClose: () => void;
}

/** How deep to look. Verifying changes nothing on disk. */
export function VerifyDialog({ cache, only, onClose }: VerifyDialogProps) {
  const [depth, setDepth] = useState(DEPTHS[0]);
  const [texts, setTexts] = useState<NumberTexts>({});
  const [material, setMaterial] = useState(NO_MATERIAL);
  const needsMaterial = cache.configPath === null && !hasRawFiles(cache.kind);
  const { start, isStarting, error } = useStart(cache, onClose);
  const count = only === undefined ? cache.present : countOf(only);
  const bytes = only === undefined ? cache.bytes : only.bytes;
  return (
    <Dialog
      title={only === undefined ? `Verify ${cache.label}` : `Verify ${formatCount(count)} of ${cache.label}`}
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone="main" disabled={isStarting || !areNumbers(texts)} onClick={() => void start(() => call('cache.verify', { cacheId: cache.id, ...depth.choices, ...chosenInput(only), ...numbersOf(texts), ...materialChoices(material) }))}>
          {isStarting ? 'Starting …' : 'Verify'}
        </button>
      }
    >
      <p>
        {formatCount(count)} {count === 1 ? 'entry' : 'entries'}
        {bytes !== undefined && `, ${formatBytes(bytes)}`}. Nothing on disk is changed.
      </p>
      <RadioList label="How deep" choices={DEPTHS.map(({ id, title, about }) => ({ value: id, title, about }))} value={depth.id} onChange={(id) => setDepth(depthOf(id))} />
      {needsMaterial && <MaterialFields names={['fontsDir']} material={material} onChange={setMaterial} />}
      <JobOptions names={['numWorkers']} texts={texts} onChange={setTexts} />
      {error !== undefined && <ErrorNote error={error} />}
      <CommandLine place="cache: verify" command={commandFor('verify', cache, chosenParts(only, `${depth.flags}${numberFlags(texts)}${materialFlags(material)}`))} purpose="verify" />
    </Dialog>
  );
}
