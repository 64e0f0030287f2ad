import type { LarderBridge } from '../../src-main/contract/methods.ts';

/** What only the desktop has: dialogs, menus, paths of dropped files. Undefined in a browser. */
export function desktop(): LarderBridge | undefined {
  return window.larder;
}
