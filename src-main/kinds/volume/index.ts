export { volumeKind } from './volume-kind.ts';
