/** Which of several forms of the same name an entry is: the font of a line of text. */
export const variant = 'ALTER TABLE entry ADD COLUMN variant TEXT';
