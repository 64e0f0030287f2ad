export { findDatatype, type NiftiDatatype } from './datatype.ts';
export { invalidNifti } from './errors.ts';
export { type NiftiField } from './header-bytes.ts';
export { MAX_HEADER_BYTES, parseNiftiHeader, type NiftiHeader } from './header.ts';
export { canBeNonFinite, decodeVoxels, isPlainInt16 } from './voxels.ts';
