import { Input } from '@base-ui/react/input';

interface TextBoxProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly placeholder?: string;
  readonly inputMode?: 'text' | 'decimal';
  /** Lines at first, where it may be several. */
  readonly rows?: number;
  readonly id?: string;
  /** Where no field around it says what it is. */
  readonly label?: string;
  readonly lang?: string;
  readonly className?: string | undefined;
}

/** Text that no dictionary corrects and no browser remembers: paths, names, sizes. Its field names it. */
export function TextBox({ text, onChange, label, rows, className = '', ...others }: TextBoxProps) {
  return <Input {...others} render={rows === undefined ? undefined : <textarea rows={rows} />} aria-label={label} className={`input ${className}`} spellCheck={false} autoComplete="off" value={text} onValueChange={(next) => onChange(next)} />;
}
