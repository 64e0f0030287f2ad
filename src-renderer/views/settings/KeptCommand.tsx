import { CommandLine } from '../../ui/CommandLine.tsx';

interface KeptCommandProps {
  /** Null until a value was kept. */
  readonly command: string | null;
  /** Name of the setting. */
  readonly label: string;
}

/** The command that keeps the same value of one setting. */
export function KeptCommand({ command, label }: KeptCommandProps) {
  return command === null ? null : <CommandLine place="settings: one" command={command} purpose={label} />;
}
