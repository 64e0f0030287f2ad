import { Select } from '@base-ui/react/select';
import { useRef } from 'react';
import styles from './SelectBox.module.css';

interface SelectBoxProps<Value extends string | number> {
  /** Its name, where no label of a field gives it one. */
  readonly label?: string;
  readonly options: readonly { readonly value: Value; readonly title: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly className?: string | undefined;
  readonly isDisabled?: boolean;
}

/** One of a list that opens: by a click, an arrow key, or the first letters of what is looked for. */
export function SelectBox<Value extends string | number>({ label, options, value, onChange, className, isDisabled = false }: SelectBoxProps<Value>) {
  const trigger = useRef<HTMLButtonElement>(null);
  // The list belongs to the same landmark as what opens it.
  const container = useRef<HTMLElement | null>(null);
  return (
    <Select.Root<Value>
      items={options.map(({ value: each, title }) => ({ value: each, label: title }))}
      modal={false}
      disabled={isDisabled}
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      onOpenChange={() => (container.current = trigger.current?.closest<HTMLElement>('[data-modal], main') ?? null)}
    >
      <Select.Trigger ref={trigger} aria-label={label} className={`${styles.box} ${className ?? ''}`}>
        <Select.Value className={styles.value} />
        <Select.Icon className={styles.icon}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 6l4 4 4-4" />
          </svg>
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal container={container}>
        <Select.Positioner className={styles.positioner} alignItemWithTrigger={false} align="start" sideOffset={4} positionMethod="fixed">
          <Select.Popup className={styles.popup}>
            <Select.List className={styles.list}>
              {options.map(({ value: each, title }) => (
                <Select.Item key={each} value={each} className={styles.option}>
                  <Select.ItemIndicator className={styles.tick} render={<svg viewBox="0 0 16 16" aria-hidden="true" />}>
                    <path d="M3.5 8.5l3 3 6-7" />
                  </Select.ItemIndicator>
                  <Select.ItemText className={styles.words}>{title}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
