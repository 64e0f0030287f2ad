/** What a campaign found, and what was done about it. Only what was really met: a campaign that found nothing says so. */
export interface Repair {
  readonly campaign: string;
  /** What was wrong, as its user would have met it. */
  readonly found: string;
  /** What holds now. */
  readonly fixed: string;
}

export const REPAIRS: readonly Repair[] = [
  { campaign: 'network', found: 'The shown speed of a stalled download fell to 0 only with the first report after 3 s, up to 3.2 s after the last byte.', fixed: 'It falls after 2.5 s, so that no report 3 s after the last byte shows one.' },
  { campaign: 'door', found: '`TRACE` on any address, with a session, was answered with 500 and written down as a fault of Larder.', fixed: '405, as for every method but GET and HEAD.' },
  { campaign: 'door', found: 'A message nested some thousand levels deep was answered as a fault of Larder (`Maximum call stack size exceeded`).', fixed: 'Refused with ARGUMENT_INVALID, like every input that is too large.' },
  { campaign: 'kill', found: '`fix` killed between setting a damaged entry aside and making it again: the next `fix` ended with 0 and left its place empty.', fixed: '`fix` also makes what an earlier repair set aside and did not come to make again; what a person cleared stays away.' },
  { campaign: 'kill', found: '`fix` killed in its last steps left the record of a download, or empty folders of its own, which a `fix` with nothing to do did not remove.', fixed: 'They go, unless something is still to be made from them.' },
  { campaign: 'clock', found: 'An entry whose bytes were changed and whose size and time were given back (`touch -r`, a restore that keeps times) was skipped by `verify --changed` and went on being shown as sound; a raw download so changed was used without being hashed again, and a picture of the old bytes was shown.', fixed: 'The time of the last change that the system itself keeps (ctime) is noted with every reading and compared too: what differs is read again.' },
  { campaign: 'clock', found: 'On a disk that does not tell letter case or forms of a letter apart, `Scan_1` was made from the raw file of `scan_1`, and `--clean-local-raw-files` removed it with either.', fixed: 'Where names of the list differ in that only, a raw file belongs to the item whose very name it has.' },
  { campaign: 'clock', found: 'Where a damaged file and a sound one of the same entry were in quarantine, `quarantine restore --all` put the damaged one back.', fixed: 'What was cleared comes before what was set aside for damage, and the newest before older ones.' },
  { campaign: 'many', found: '`verify` called an entry damaged (`unreadable`, no such file) that another Larder cleared between the listing and its turn, and the catalog kept it so.', fixed: 'What is gone when its turn comes is no damage; whether it was cleared or lost is said by the next run, which knows.' },
  { campaign: 'disk', found: 'Where not even the first file could be made, or the catalog not be written, a full disk was told without a number, and a lack of inodes as a lack of space.', fixed: 'Every such error says how much is free, or that no further file can be made.' },
  { campaign: 'hostile', found: 'A damaged font whose outlines lie beyond the end of their table was told as a fault of Larder itself, not as a damaged font.', fixed: 'FONT_INVALID with the name of the file, whenever the table is met.' },
  { campaign: 'kill', found: '`fix` killed while it took the lock left a draft of it (`.larder/lock.…`), which no later command removed.', fixed: 'Drafts of processes that are gone are removed when a command tidies up.' },
  { campaign: 'kill', found: '`generate` killed just before the parameters of a new cache got their name left a draft of them (`cache_params.json.….larder-tmp`), which the next run did not remove.', fixed: 'The run that writes the parameters removes such drafts; two that begin at once do not disturb each other.' },
  { campaign: 'damage', found: 'A flipped bit in the folder of a path in the index of an image cache was not found: only the name of the file was looked at.', fixed: 'A path must end in the place of its file in the cache, and begin the same for both files of an entry.' },
  { campaign: 'io', found: 'A disk that failed while the claim on an item was released was told as a fault of Larder itself.', fixed: 'IO_FAILED with the path, like every other failure of a disk.' },
  { campaign: 'io', found: '`verify` ended with a fault of Larder itself where a disk refused to show an entry (EIO at `stat`) that a worker had just found damaged.', fixed: 'What was found about the entry stands, and the rest is verified.' },
  { campaign: 'kill', found: '`fix` of images killed between setting damaged pictures aside and drawing them again: the next `fix` ended with 0 and left their places empty.', fixed: 'It also draws what an earlier repair set aside and did not come to draw again, from what the catalog, the config or the corpus knows of it.' },
  { campaign: 'kill', found: '`clear` of images killed between the two files of an entry left its metadata behind: the same command found nothing more to clear.', fixed: 'The picture goes last: what is cut off in between is an entry still, and the same command takes the rest.' },
  { campaign: 'kill', found: '`clear` killed in its last steps left its lock, of images also an index that listed what was gone; the same command found nothing to clear and left both.', fixed: 'A `clear` with nothing to clear puts in order what a dead one has left.' },
  { campaign: 'kill', found: '`quarantine restore` of images killed after the last file was back left an index without it, and the next one had nothing to put back.', fixed: 'The index is written before the lock is given up, and whoever takes over the lock of a dead process writes it.' },
  { campaign: 'kill', found: '`fix` and `clear` killed before the first file moved left a record of nothing in quarantine.', fixed: 'Such records are removed by whoever holds the lock next.' },
  { campaign: 'kill', found: '`generate`, `pregenerate` or `fix` killed in the moment it had made its staging folder and not yet noted whose it was: for a minute `fix` and `clear` were told that the cache is in use.', fixed: 'The folder gets its name together with its owner; drafts keep nobody out and are swept.' },
];
