import type { ConfigGenerateArguments } from '../../../src-main/contract/methods-config.ts';

/** What there is to choose where entries are made from raw files. */
export interface RawFileChoice {
  readonly format: 'monai' | 'tensor';
  readonly cleanLocalRawFiles: boolean;
}

export const NO_RAW_FILE_CHOICE: RawFileChoice = { format: 'monai', cleanLocalRawFiles: false };

/** What the engine is asked with; its own choice is left out. */
export function rawFileArguments({ format, cleanLocalRawFiles }: RawFileChoice): Pick<ConfigGenerateArguments, 'format' | 'cleanLocalRawFiles'> {
  return { ...(format === 'monai' ? {} : { format }), ...(cleanLocalRawFiles ? { cleanLocalRawFiles } : {}) };
}

/** The same on the command line, with a space before each flag. */
export function rawFileFlags({ format, cleanLocalRawFiles }: RawFileChoice): string {
  return `${format === 'monai' ? '' : ` --format ${format}`}${cleanLocalRawFiles ? ' --clean-local-raw-files' : ''}`;
}
