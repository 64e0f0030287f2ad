export * from './parse-dotenv.ts';
