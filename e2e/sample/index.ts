export { SAMPLE_REPOSITORY, SAMPLE_SEED, type SampleDataset, type SampleUpload, type SampleVolume, makeSampleDataset, makeSampleVolumes, sampleFiles, sampleNames, sampleUploads } from './dataset.ts';
export { type PlantedFault, deleteEntry, flipBit, truncateEntry } from './plant-faults.ts';
export { type SampleProject, type SampleProjectOptions, writeSampleProject } from './project.ts';
export type { SampleSplit } from './recipes.ts';
