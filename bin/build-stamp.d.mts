import type { Plugin } from 'vite';

/** When the build began that is in out/, ms since 1970; undefined where there is no whole one. */
export function builtFromMs(root: string): number | undefined;

/** Plugins for the first and the last part of a build. */
export function stampPlugins(root: string): { readonly first: Plugin; readonly last: Plugin };
