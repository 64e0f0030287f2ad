// By its default export: a worker must start under an older Node, too, which has no hooks and needs none.
import nodeModule from 'node:module';

/** How a worker loads sharp: `canary` tries the library of this system and ends; `portable` takes the WebAssembly build. */
export const IMAGES_VARIABLE = 'LARDER_IMAGES';

const NATIVE = /^@img\/sharp-linux(?:musl)?-[a-z0-9]+\/sharp\.node$/;
const PORTABLE = '@img/sharp-wasm32/sharp.node';

/**
 * Gives sharp its WebAssembly build in place of the library of this Linux: slower (about three times), but
 * with no GLib to clash with. To be called before anything imports `sharp`. Without the package sharp itself
 * says what is missing.
 */
export function usePortableImages(): void {
  nodeModule.registerHooks({ resolve: (specifier, context, next) => next(NATIVE.test(specifier) ? PORTABLE : specifier, context) });
}
