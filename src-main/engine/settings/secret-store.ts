/** Where a host can keep a secret: the system's key store. A host without one leaves it out. */
export interface SecretStore {
  /** In words for the user: `the key store of this computer`. */
  readonly place: string;
  /** Why nothing can be kept now; undefined if it can. */
  problem(): Promise<string | undefined>;
  /** Undefined where none is kept, or it cannot be read any more. */
  read(): Promise<string | undefined>;
  /** @throws PERMISSION_DENIED where the key store refuses; DISK_FULL, READ_ONLY */
  write(secret: string | null): Promise<void>;
}
