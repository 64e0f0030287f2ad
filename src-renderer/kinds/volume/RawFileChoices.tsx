import { CheckField } from '../../ui/CheckField.tsx';
import { Field } from '../../ui/Field.tsx';
import { SelectBox } from '../../ui/SelectBox.tsx';
import type { RawFileChoice } from './raw-file-choice.ts';

const FORMATS: readonly { readonly value: RawFileChoice['format']; readonly title: string }[] = [
  { value: 'monai', title: 'MONAI' },
  { value: 'tensor', title: 'plain tensors' },
];

interface RawFileChoicesProps {
  readonly choices: RawFileChoice;
  readonly onChange: (change: Partial<RawFileChoice>) => void;
}

/** How entries are written, and what becomes of the raw files; fields of a grid. */
export function RawFileChoices({ choices: { format, cleanLocalRawFiles }, onChange }: RawFileChoicesProps) {
  return (
    <>
      <Field label="Format" about={format === 'monai' ? 'as MONAI 1.5.0 writes it' : 'for MONAI 1.5.1 and later: loads with weights_only=True'}>
        <SelectBox options={FORMATS} value={format} onChange={(next) => onChange({ format: next })} />
      </Field>
      <CheckField label="Remove local raw files" isOn={cleanLocalRawFiles} tone={cleanLocalRawFiles ? 'warn' : undefined} onChange={(isOn) => onChange({ cleanLocalRawFiles: isOn })}>
        {cleanLocalRawFiles
          ? '◆ Raw files you had before are deleted for good, each one only after its entry is in the cache and was checked.'
          : 'Raw files you had before stay. Those that Larder downloads go by themselves, after their entry was checked.'}
      </CheckField>
    </>
  );
}
