/**
 * Who made the pixels of an entry and what they were, so that a changed font and a picture of somebody else can be told; and
 * how many entries the index of a cache had when it was last looked at.
 */
export const provenance = `
  ALTER TABLE entry ADD COLUMN maker TEXT;
  ALTER TABLE entry ADD COLUMN pixels TEXT;
  ALTER TABLE cache ADD COLUMN indexEntries INTEGER;
`;
