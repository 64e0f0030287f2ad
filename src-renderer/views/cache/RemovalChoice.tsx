import { RadioList } from '../../ui/RadioList.tsx';

interface RemovalChoiceProps {
  readonly isFinal: boolean;
  readonly onChange: (isFinal: boolean) => void;
}

const PLACES = [
  { value: 'aside', title: 'Set aside', about: 'Into the quarantine, from where they can be put back. The space is free when it is emptied, on the Storage tab.' },
  { value: 'away', title: 'Delete for good', about: 'The space is free at once. Nothing puts them back.' },
] as const;

/** Where files go: aside, from where they can be put back, or away for good. */
export function RemovalChoice({ isFinal, onChange }: RemovalChoiceProps) {
  return <RadioList label="Where the files go" choices={PLACES} value={isFinal ? 'away' : 'aside'} onChange={(place) => onChange(place === 'away')} />;
}
