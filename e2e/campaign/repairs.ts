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
];
