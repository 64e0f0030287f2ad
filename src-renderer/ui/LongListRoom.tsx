/** Stands for rows of a long list that are out of view. */
export function LongListRoom({ height }: { readonly height: number }) {
  return height === 0 ? null : <li aria-hidden="true" style={{ height }} />;
}
