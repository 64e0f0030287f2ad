import { Select } from '@base-ui/react/select';
import type { KeyboardEvent } from 'react';
import { useId, useLayoutEffect, useRef, useState } from 'react';
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
  const popup = useRef<HTMLDivElement>(null);
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  // The list belongs to the same landmark as what opens it. It is made before it opens.
  const container = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    container.current = trigger.current?.closest<HTMLElement>('[data-modal], main') ?? null;
  }, []);
  // From the list as from the box: to what comes after it, or before.
  const leave = (event: KeyboardEvent): void => {
    if (event.key !== 'Tab') return;
    trigger.current?.focus();
    setOpen(false);
  };
  return (
    <Select.Root<Value>
      items={options.map(({ value: each, title }) => ({ value: each, label: title }))}
      modal={false}
      disabled={isDisabled}
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      open={isOpen}
      onOpenChange={(next) => setOpen(next)}
      onOpenChangeComplete={(next) => next && takeOutGuards(trigger.current, popup.current)}
    >
      <Select.Trigger ref={trigger} id={id} aria-label={label} className={`${styles.box} ${className ?? ''}`}>
        <Select.Value className={styles.value} />
        <Select.Icon className={styles.icon}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 6l4 4 4-4" />
          </svg>
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal container={container}>
        <Select.Positioner className={styles.positioner} alignItemWithTrigger={false} align="start" sideOffset={4} positionMethod="fixed">
          <Select.Popup ref={popup} className={styles.popup} onKeyDown={leave}>
            <Select.List className={styles.list} aria-label={label} aria-labelledby={label === undefined ? id : undefined}>
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

/**
 * The library guards an open list with empty elements that take the focus and are hidden from screen readers at once, which axe refuses:
 * those who step on one hear nothing. Here Tab leaves the list before it comes to them.
 */
function takeOutGuards(...beside: readonly (HTMLElement | null)[]): void {
  for (const element of beside) for (const guard of element?.parentElement?.querySelectorAll<HTMLElement>('[data-base-ui-focus-guard]') ?? []) guard.tabIndex = -1;
}
