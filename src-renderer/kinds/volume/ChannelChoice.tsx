import { Field } from '../../ui/Field.tsx';
import { SelectBox } from '../../ui/SelectBox.tsx';
import styles from './ChannelChoice.module.css';

interface ChannelChoiceProps {
  readonly name: string;
  readonly channels: number;
  readonly channel: number;
  readonly onChannel: (channel: number) => void;
}

/** Which of several volumes in one file is shown: a channel, or a point in time. They are counted from 0, as in the file. */
export function ChannelChoice({ name, channels, channel, onChannel }: ChannelChoiceProps) {
  return (
    <Field label={name} look="line" className={styles.choice}>
      <SelectBox className={styles.list} options={Array.from({ length: channels }, (_, index) => ({ value: index, title: String(index) }))} value={channel} onChange={onChannel} />
      of {channels}
    </Field>
  );
}
