import { readFile, stat } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { LarderError, errnoOf } from '../../base/index.ts';
import { MAX_YAML_LENGTH } from '../../formats/yaml/index.ts';

/** The text of a config file, of bounded length. @throws CONFIG_UNREADABLE */
export async function readConfigText(path: string): Promise<string> {
  try {
    const facts = await stat(path);
    // It is read more than once, and a device need not end.
    if (!facts.isFile() && !facts.isDirectory()) throw unreadable(path, 'it is a device or a pipe, not a file');
    const { size } = facts;
    if (size > MAX_YAML_LENGTH * 4) throw unreadable(path, `it has ${size} bytes, more than a config can have`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof LarderError) throw error;
    if (error instanceof TypeError) throw unreadable(path, 'it is not UTF-8 text', error);
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    throw unreadable(path, READ_ERRORS[errno] ?? `the system says ${errno}`, error);
  }
}

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
};

function unreadable(path: string, reason: string, cause?: unknown): LarderError {
  return new LarderError('CONFIG_UNREADABLE', `The config ${path} cannot be read: ${reason}.`, {
    hint: 'Check the path given with --config; relative paths start at the working directory.',
    details: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}
