/** What shows one entry, in one file of the built page. */
export { ImageInspector } from './image/Inspector.tsx';
export { VolumeInspector } from './volume/Inspector.tsx';
export { prepareScene } from './volume/scene-park.ts';
