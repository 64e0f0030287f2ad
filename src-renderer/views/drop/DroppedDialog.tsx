import { formatCount } from '../../lib/format.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from '../cache/ErrorNote.tsx';
import type { DropView } from './drop-state.ts';
import { backToSeveral, closeDrop, useDrop } from './drop-state.ts';
import { FoundEntry } from './FoundEntry.tsx';
import { FoundList } from './FoundList.tsx';
import { FoundRaw } from './FoundRaw.tsx';
import { FoundSeveral } from './FoundSeveral.tsx';
import { LookAtFile } from './LookAtFile.tsx';
import { PathForm } from './PathForm.tsx';
import styles from './Dropped.module.css';

/** Says what was dropped, or named by its path, and offers the next step; over whatever screen there is. */
export function DroppedDialog() {
  const view = useDrop((state) => state.view);
  const several = useDrop((state) => state.several);
  if (view === null) return null;
  const back =
    several === null || view.step === 'several' ? null : (
      <button type="button" className="button" onClick={backToSeveral}>
        Back to all {formatCount(several.count)}
      </button>
    );
  return (
    <Dialog title={view.step === 'several' ? `${formatCount(several?.count ?? 0)} things were dropped` : titleOf(view)} onClose={closeDrop} actions={back} isWide={view.step === 'view' || view.step === 'several'}>
      <Content view={view} />
    </Dialog>
  );
}

function titleOf(view: Exclude<DropView, { readonly step: 'several' }>): string {
  if (view.step === 'ask') return view.name ?? 'Look at a file or folder';
  if (view.step === 'view') return view.file.name;
  if (view.step !== 'found') return view.name;
  return view.dropped.name;
}

function Content({ view }: { readonly view: DropView }) {
  switch (view.step) {
    case 'looking':
      return <p role="status">Looking …</p>;
    case 'ask':
      return (
        <>
          <p>{view.why}</p>
          <PathForm />
        </>
      );
    case 'refused':
      return (
        <>
          <ErrorNote error={view.error} />
          <PathForm />
        </>
      );
    case 'several':
      return <FoundSeveral />;
    case 'found':
      return <Found dropped={view.dropped} />;
    case 'view':
      return <LookAtFile file={view.file} />;
    default:
      return view satisfies never;
  }
}

function Found({ dropped }: { readonly dropped: Extract<DropView, { readonly step: 'found' }>['dropped'] }) {
  switch (dropped.what) {
    case 'list':
      return <FoundList list={dropped} />;
    case 'entry':
      return <FoundEntry entry={dropped} />;
    case 'raw':
      return <FoundRaw raw={dropped} />;
    default:
      return (
        <>
          <p className={styles.lead}>This is nothing Larder knows: neither a config, a cache folder, a list, an entry nor a NIfTI.</p>
          <PathForm />
        </>
      );
  }
}
