/** Sees to it that a job goes on after the disk was full, or ends saying what it lacks. */
export interface RoomKeeper {
  /**
   * Before an item: at once where so many bytes are free.
   *
   * @throws DISK_FULL with numbers where nobody waits for room; CANCELLED
   */
  check(bytes: number, signal: AbortSignal): Promise<void>;
  /**
   * Does work, and once more after each DISK_FULL when there is room again.
   *
   * @param bytes what it needs, at least
   * @param work leaves nothing behind that is in the way of the next try
   * @throws what `work` throws; DISK_FULL where nobody waits for room; CANCELLED
   */
  retry<T>(bytes: number, work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}
