export { nativeImage, shell } from './native.ts';
