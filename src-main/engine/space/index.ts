export { SpaceKeeper } from './space-keeper.ts';
