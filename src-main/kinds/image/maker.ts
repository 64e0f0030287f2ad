import { RENDERER_VERSION } from './render-environment.ts';

/** What decides the pixels of a line besides the line: renderer with its font settings, drawing library, font file. */
export interface Maker {
  readonly renderer: number;
  readonly library: string;
  readonly fontMd5: string;
}

/** As it is stored with every picture. @param library version of the drawing library; @param fontMd5 of the font file, hex */
export function makerOf(library: string, fontMd5: string): string {
  return `${RENDERER_VERSION}/${library}/${fontMd5}`;
}

/** What decides whether a text is drawn in a font, besides both of their names. */
export function refusalBasis(fontMd5: string): string {
  return `${RENDERER_VERSION}/${fontMd5}`;
}

/** @returns undefined for what is no such text */
export function parseMaker(text: string): Maker | undefined {
  const [, renderer, library, fontMd5] = /^(\d+)\/([^/]+)\/([0-9a-f]{32})$/.exec(text) ?? [];
  return renderer === undefined || library === undefined || fontMd5 === undefined ? undefined : { renderer: Number(renderer), library, fontMd5 };
}
