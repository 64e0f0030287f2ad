/** What shows a single file of no cache is given. */
export interface FileViewProps {
  /** Number the engine gave it. */
  readonly view: string;
  readonly what: 'raw' | 'entry';
  /** As its own header has it. */
  readonly shape: readonly number[] | null;
  readonly label: string;
}
