/**
 * Fetches what is to be saved. What comes is a blob first: a refusal is an error to show, not a file, and the same works from every host.
 *
 * @throws Error with the words of a refusal
 */
export async function fetchFile(url: string): Promise<Blob> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return await answer.blob();
}

/** Has the browser, or the dialog of the desktop, save it. @returns its `blob:` address */
export function offerFile(blob: Blob, name: string): string {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by the next turn; the address is not needed once it has.
  setTimeout(() => URL.revokeObjectURL(address), KEPT_FOR_MS);
  return address;
}

/** A dialog of the desktop may stay open for a while before the file is read. */
const KEPT_FOR_MS = 10 * 60_000;
