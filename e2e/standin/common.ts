export { shell } from './native.ts';
