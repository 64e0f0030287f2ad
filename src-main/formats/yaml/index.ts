export * from './parse-yaml.ts';
export * from './resolve-scalar.ts';
export * from './yaml-node.ts';
