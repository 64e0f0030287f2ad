import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import { closeAskedDialog, useAskedDialog } from './asked-dialog.ts';
import { ClearDialog, ExportDialog, FixDialog, GenerateDialog, VerifyDialog } from './dialogs.ts';

/** The dialog that the palette asked for, over whatever screen there is. */
export function AskedDialog({ library }: { readonly library: readonly CacheSummary[] }) {
  const asked = useAskedDialog((state) => state.asked);
  const cache = library.find(({ id }) => id === asked?.cacheId);
  if (asked === null || cache === undefined) return null;
  switch (asked.dialog) {
    case 'generate':
      return <GenerateDialog cache={cache} onClose={closeAskedDialog} />;
    case 'verify':
      return <VerifyDialog cache={cache} onClose={closeAskedDialog} />;
    case 'fix':
      return <FixDialog cache={cache} onClose={closeAskedDialog} />;
    case 'export':
      return <ExportDialog cache={cache} onClose={closeAskedDialog} />;
    case 'clear': {
      const group = { id: String(cache.id), name: cache.label, entries: cache.present, bytes: cache.bytes, choices: [{ cacheId: cache.id }], clearName: cache.label };
      return <ClearDialog group={group} library={library} onClose={closeAskedDialog} />;
    }
  }
}
