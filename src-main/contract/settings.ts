export const THEMES = ['system', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

/**
 * What the user set for all caches. Null: not set. Everything but the theme, the previews and the graphics is asked
 * last: a flag of the command, the config, and the environment go first, in this order.
 */
export interface Settings {
  /** Another Hub than huggingface.co, such as a mirror. */
  readonly endpoint: string | null;
  /** `http://host:port`, for http and https alike; without user name and password. */
  readonly proxy: string | null;
  /** PEM file with further certificate authorities, absolute. */
  readonly caFile: string | null;
  /** Folder of Hugging Face's cache and token, absolute; what `HF_HOME` names elsewhere. */
  readonly hfHome: string | null;
  /** Worker processes at most. */
  readonly workers: number | null;
  /** Bytes all workers may take together; never more than 80 % of what is available. */
  readonly memoryBytes: number | null;
  /** Bytes of volumes kept for viewing. */
  readonly previewBytes: number;
  readonly theme: Theme;
  /** Draw with a graphics card that Chromium knows to be faulty; counts for the desktop, from its next start. */
  readonly ignoreGpuBlocklist: boolean;
}

/** The file of them, in the data folder. */
export const SETTINGS_FILE = 'settings.json';

export type SettingName = keyof Settings;

export const DEFAULT_SETTINGS: Settings = { endpoint: null, proxy: null, caFile: null, hfHome: null, workers: null, memoryBytes: null, previewBytes: 2 * 2 ** 30, theme: 'system', ignoreGpuBlocklist: false };

/** Smallest and largest values, both inclusive. */
export const SETTING_BOUNDS = {
  workers: [1, 1024],
  memoryBytes: [256 * 2 ** 20, 2 ** 50],
  previewBytes: [64 * 2 ** 20, 2 ** 50],
} as const;

/** What counts now, and who says so: `HF_ENDPOINT`, `settings`, `default`, … Null: nothing does. */
export interface SettingInForce {
  readonly value: string | null;
  readonly from: string;
}

/** What variables of the environment can say too. */
export type SettingOfEnvironment = 'endpoint' | 'proxy' | 'caFile' | 'hfHome';

export interface TokenReference {
  /** Where the token comes from where a config names none; never the token itself. Null: there is none. */
  readonly from: string | null;
  /** Where this door can keep one, in words; null where it cannot. */
  readonly store: string | null;
  /** Why it cannot. */
  readonly storeProblem: string | null;
  readonly isStored: boolean;
}

export interface SettingsAnswer {
  readonly settings: Settings;
  /** A config may still name others. */
  readonly inForce: Readonly<Record<SettingOfEnvironment, SettingInForce>>;
  readonly token: TokenReference;
  readonly dataDirectory: string;
  /** The file that holds the settings. */
  readonly file: string;
  /** Cores and memory of this machine as far as this process may use them. */
  readonly machine: { readonly cores: number; readonly availableBytes: number };
  /** What is wrong outside the settings: an environment variable that names no address, a file that is gone. */
  readonly problem: string | null;
}

type NoInput = Readonly<Record<string, never>>;

export interface SettingsMethods {
  readonly 'settings.read': { readonly input: NoInput; readonly output: SettingsAnswer };
  /** Only what is named changes. */
  readonly 'settings.change': { readonly input: Partial<Settings>; readonly output: SettingsAnswer };
  /** Desktop only. Null forgets it. */
  readonly 'settings.keepToken': { readonly input: { readonly token: string | null }; readonly output: SettingsAnswer };
}
