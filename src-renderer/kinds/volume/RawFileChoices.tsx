import { CheckField } from '../../ui/CheckField.tsx';
import type { RawFileChoice } from './raw-file-choice.ts';

interface RawFileChoicesProps {
  readonly choices: RawFileChoice;
  readonly onChange: (change: Partial<RawFileChoice>) => void;
}

/** How entries are written, and what becomes of the raw files; fields of a grid. */
export function RawFileChoices({ choices: { format, cleanLocalRawFiles }, onChange }: RawFileChoicesProps) {
  return (
    <>
      <label className="field">
        <span>Format</span>
        <select className="input" value={format} onChange={(event) => onChange({ format: event.target.value === 'tensor' ? 'tensor' : 'monai' })}>
          <option value="monai">MONAI</option>
          <option value="tensor">plain tensors</option>
        </select>
        <small>{format === 'monai' ? 'as MONAI writes it' : 'loads with weights_only=True'}</small>
      </label>
      <CheckField label="Remove local raw files" isOn={cleanLocalRawFiles} tone={cleanLocalRawFiles ? 'warn' : undefined} onChange={(isOn) => onChange({ cleanLocalRawFiles: isOn })}>
        {cleanLocalRawFiles
          ? '◆ Raw files you had before are deleted for good, each one only after its entry is in the cache and was checked.'
          : 'Raw files you had before stay. Those that Larder downloads go by themselves, after their entry was checked.'}
      </CheckField>
    </>
  );
}
