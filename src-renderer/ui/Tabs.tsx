import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import styles from './Tabs.module.css';

export interface Tab<Value extends string> {
  readonly value: Value;
  /** Each tab is a place of its own. */
  readonly href: string;
  readonly title: ReactNode;
}

interface TabsProps<Value extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<Value>[];
  /** The one the address names. */
  readonly current: Value;
  readonly className: string | undefined;
  readonly panelClassName: string | undefined;
  /** What the current tab shows. */
  readonly children: ReactNode;
}

/** Parts of a screen. The tabs are links, so that the address alone says which is shown; arrow keys go from one to the next, Space and Enter open it. */
export function Tabs<Value extends string>({ label, tabs, current, className, panelClassName, children }: TabsProps<Value>) {
  return (
    <BaseTabs.Root value={current} className={className}>
      <BaseTabs.List aria-label={label} className={styles.list}>
        {tabs.map(({ value, href, title }) => (
          <BaseTabs.Tab key={value} value={value} nativeButton={false} render={<a href={href} />} className={styles.tab}>
            {title}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      <BaseTabs.Panel key={current} value={current} className={`${styles.panel} ${panelClassName ?? ''}`}>
        {children}
      </BaseTabs.Panel>
    </BaseTabs.Root>
  );
}
