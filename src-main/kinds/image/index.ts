export { imageKind } from './image-kind.ts';
