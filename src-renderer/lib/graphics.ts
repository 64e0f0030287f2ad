/** What draws volumes here. */
export interface PageGraphics {
  readonly renderer: string;
  /** Pixels of the longest side of a picture, and voxels of a volume. */
  readonly textureSide: number;
  readonly textureSide3d: number;
}

/** @returns undefined where there is no WebGL 2 */
export function graphicsHere(): PageGraphics | undefined {
  const context = document.createElement('canvas').getContext('webgl2');
  if (context === null) return undefined;
  const unmasked = context.getExtension('WEBGL_debug_renderer_info');
  const found = {
    renderer: String(context.getParameter(unmasked?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER)),
    textureSide: Number(context.getParameter(context.MAX_TEXTURE_SIZE)),
    textureSide3d: Number(context.getParameter(context.MAX_3D_TEXTURE_SIZE)),
  };
  // A page has few contexts; this one is not needed any more.
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return found;
}
