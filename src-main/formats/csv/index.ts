export * from './csv-reader.ts';
