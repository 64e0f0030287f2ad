import { useEffect, useState } from 'react';
import type { Settings } from '../../../src-main/contract/settings.ts';
import { CheckField } from '../../ui/CheckField.tsx';
import { ErrorNote } from '../cache/ErrorNote.tsx';
import { KeptCommand } from './SettingField.tsx';
import styles from './SettingsView.module.css';
import { settingCommand } from './values.ts';

const LABEL = 'Use the graphics card even where it is on the block list';

interface GraphicsProps {
  readonly isOn: boolean;
  readonly onChange: (change: Partial<Settings>) => Promise<void>;
}

/** What volumes are drawn with; in a browser that is its own affair. */
export function Graphics({ isOn, onChange }: GraphicsProps) {
  const [error, setError] = useState<Error>();
  const [chosen, setChosen] = useState(isOn);
  const [kept, setKept] = useState<string | null>(null);
  useEffect(() => setChosen(isOn), [isOn]);
  const choose = async (next: boolean): Promise<void> => {
    setError(undefined);
    setKept(null);
    setChosen(next);
    try {
      await onChange({ ignoreGpuBlocklist: next });
      setKept(settingCommand('ignoreGpuBlocklist', next ? 'on' : ''));
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
      setChosen(isOn);
    }
  };
  return (
    <section className={styles.part} aria-labelledby="settings-graphics">
      <h2 id="settings-graphics">Graphics</h2>
      <CheckField label={LABEL} isOn={chosen} onChange={(next) => void choose(next)}>
        Chromium draws without cards and drivers that are known to fail, also on many remote desktops; volumes are slow then. Try it where <em>Diagnostics</em> names software; if the window stays black, take it back with <code>{settingCommand('ignoreGpuBlocklist', '')}</code>. Counts from the next start.
      </CheckField>
      <span role="status" className={styles.kept}>
        {kept === null ? '' : '✓ Kept; restart Larder for it to count'}
      </span>
      {error !== undefined && <ErrorNote error={error} />}
      <KeptCommand command={kept} label={LABEL} />
    </section>
  );
}
