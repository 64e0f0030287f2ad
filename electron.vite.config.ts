import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { stampPlugins } from './bin/build-stamp.mjs';

const here = import.meta.dirname;
const stamp = stampPlugins(here);

const GRADIENTS = 'this.gradientTexture = gradientGL({\n        gl: this.gl,\n        hdr,\n        genericVAO: this.genericVAO,';

/**
 * NiiVue makes the gradients of every volume that it shows or colours anew, in two passes over all of it, which is most
 * of its work. Only lit volumes are drawn with them, and where light is switched on it makes them itself: it asks for
 * that here too.
 */
const gradientsOnDemand: Plugin = {
  name: 'larder-gradients-on-demand',
  transform: {
    filter: { id: /@niivue\/niivue\/build\/niivue\/index\.js$/ },
    handler(code) {
      const parts = code.split(`      ${GRADIENTS}`);
      if (parts.length !== 2) throw new Error('NiiVue makes its gradients in another place now; see whether it still makes them of every volume.');
      return { code: parts.join(`      if (this.gradientTextureAmount > 0) ${GRADIENTS}`), map: null };
    },
  },
};

interface ModuleLookup {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

/** Modules that are known to be needed for the first look, or not to be. */
const neededAtFirst = new Map<string, boolean>();

/** Their files name all of the library, of which the bundler then takes what is used: by the names alone, all of it would be needed. */
const LIBRARY = /node_modules\/@(?:base-ui|floating-ui)\//;

/**
 * One file for all of ours that the page needs before it shows anything, whoever else uses parts of it too: the bundler by itself
 * makes one more for each set of files that share something. In it the base of the style sheet stands before what builds on it.
 */
function firstFile(id: string, lookup: ModuleLookup): string | null {
  return !LIBRARY.test(id) && isNeededAtFirst(id, lookup) ? 'first' : null;
}

function isNeededAtFirst(id: string, lookup: ModuleLookup): boolean {
  const known = neededAtFirst.get(id);
  if (known !== undefined) return known;
  // Modules may import each other in a circle.
  neededAtFirst.set(id, false);
  const info = lookup.getModuleInfo(id);
  const isNeeded = info !== null && (info.isEntry || info.importers.some((importer) => isNeededAtFirst(importer, lookup)));
  neededAtFirst.set(id, isNeeded);
  return isNeeded;
}

/**
 * Three parts, built without Electron's binary: main (with the command line, the server and the
 * worker as entries of their own), preload (one CommonJS file, as a sandboxed preload must be) and
 * renderer (one build for every host). They are built in this order; the stamp says that all are whole.
 */
export default defineConfig({
  main: {
    plugins: [stamp.first],
    // fflate's build for Node declares a `require` of its own, and so does the shim that electron-vite
    // puts before any chunk with that word in it; the other build does the same work without one.
    resolve: { alias: { fflate: 'fflate/browser' } },
    build: {
      outDir: 'out/main',
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: resolve(here, 'src-main/hosts/electron/main.ts'),
          cli: resolve(here, 'src-main/hosts/cli/main.ts'),
          worker: resolve(here, 'src-main/workers/entry.ts'),
          reader: resolve(here, 'src-main/catalog/reader-entry.ts'),
          starter: resolve(here, 'src-main/workers/starter-entry.ts'),
          demo: resolve(here, 'e2e/demo/main.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(here, 'src-preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [react(), gradientsOnDemand, stamp.last],
    build: {
      outDir: resolve(here, 'out/renderer'),
      target: 'es2023',
      minify: true,
      assetsInlineLimit: 0,
      // One sheet for all of the page: what is loaded later needs no second request, and rules keep their order.
      cssCodeSplit: false,
      rolldownOptions: {
        input: resolve(here, 'src-renderer/index.html'),
        output: { codeSplitting: { groups: [{ name: firstFile }] } },
      },
    },
  },
});
