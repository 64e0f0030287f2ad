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
    <label className={styles.choice}>
      {name}
      <select value={channel} onChange={(event) => onChannel(Number(event.target.value))}>
        {Array.from({ length: channels }, (_, index) => (
          <option key={index} value={index}>
            {index}
          </option>
        ))}
      </select>
      of {channels}
    </label>
  );
}
