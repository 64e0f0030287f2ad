export * from './encode-python-json.ts';
export * from './parse-python-json.ts';
export * from './python-float.ts';
export * from './python-json.ts';
