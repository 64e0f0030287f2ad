import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/index.ts';

const identitySchema = z.object({
  path: z.string(),
  device: z.string(),
  inode: z.string(),
  sizeBytes: z.number(),
  modifiedAtNs: z.string(),
  /** ctime; records of earlier versions have none, and their files are hashed once more. */
  changedAtNs: z.string().optional(),
});

/** A file as it was when its content was last checked; any change means checking again. */
export type FileIdentity = z.infer<typeof identitySchema>;

const recordSchema = z.object({
  schema: z.literal(1),
  endpoint: z.string(),
  id: z.string(),
  commit: z.string(),
  path: z.string(),
  algorithm: z.enum(['sha256', 'git-sha1']),
  hex: z.string(),
  sizeBytes: z.number(),
  /** Leading bytes of the partial file that survive a power cut. */
  durableBytes: z.number().int().nonnegative(),
  verified: identitySchema.optional(),
});

/** `<hex>-<size>.json`: where the content comes from, and how far it is. */
export type DownloadRecord = z.infer<typeof recordSchema>;

/** Undefined when there is none, or none that can be trusted: everything in it can be found out again. */
export async function readRecord(path: string): Promise<DownloadRecord | undefined> {
  try {
    return recordSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeRecord(path: string, record: DownloadRecord): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(record)}\n`);
}

/** Undefined when there is no regular file at the path; symbolic links are followed. */
export async function identityOf(path: string): Promise<FileIdentity | undefined> {
  const stats = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(error.code ?? '')) return undefined;
    throw error;
  });
  if (stats === undefined || !stats.isFile()) return undefined;
  return {
    path,
    device: String(stats.dev),
    inode: String(stats.ino),
    sizeBytes: Number(stats.size),
    modifiedAtNs: String(stats.mtimeNs),
    changedAtNs: String(stats.ctimeNs),
  };
}

export function isSameFile(a: FileIdentity | undefined, b: FileIdentity | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.path === b.path && a.device === b.device && a.inode === b.inode && a.sizeBytes === b.sizeBytes && a.modifiedAtNs === b.modifiedAtNs && a.changedAtNs === b.changedAtNs;
}
