export * from './cache-json.ts';
export * from './contract.ts';
export * from './corpus.ts';
export * from './font-choice.ts';
export * from './text-normalise.ts';
export * from './text-to-draw.ts';
