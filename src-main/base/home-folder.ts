import { homedir } from 'node:os';

/** @returns undefined where HOME is not set and the system does not know the user, as in a container with a user of its own number */
export function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
