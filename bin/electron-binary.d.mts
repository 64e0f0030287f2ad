type Environment = Readonly<Record<string, string | undefined>>;

export function findElectron(packageDirectory: string, environment: Environment): string | undefined;
export function installElectron(packageDirectory: string, environment: Environment, limitMs?: number): Promise<string | undefined>;
