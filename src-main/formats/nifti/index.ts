export { findDatatype, type NiftiDatatype } from './datatype.ts';
export { encodeNifti, type NiftiImage } from './encode.ts';
export { invalidNifti } from './errors.ts';
export { type NiftiField } from './header-bytes.ts';
export { parseNiftiHeader, type NiftiHeader } from './header.ts';
export { isNifti2, MAX_HEADER_BYTES, MIN_HEADER_BYTES } from './recognise.ts';
export { canBeNonFinite, decodeVoxels, isPlainInt16 } from './voxels.ts';
