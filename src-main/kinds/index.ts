export { readConfigText } from './config/index.ts';
export * from './index-form.ts';
export * from './kind.ts';
export * from './registry.ts';
