/**
 * Field tables of the two NIfTI headers, in file order and under nibabel's names (nibabel 5.3,
 * `nibabel/nifti1.py` and `nibabel/nifti2.py`, `header_dtd`; the layouts are those of nifti1.h and
 * nifti2.h). Offsets follow from the order: there is no padding.
 */
export type NumericType = 'i1' | 'u1' | 'i2' | 'i4' | 'i8' | 'f4' | 'f8';

export interface FieldSpec {
  readonly name: string;
  /** `S` is text: bytes without byte order. */
  readonly type: NumericType | 'S';
  /** Elements, or bytes of a text. */
  readonly count: number;
  /** Bytes from the start of the header. */
  readonly offset: number;
}

const ITEM_BYTES = { S: 1, i1: 1, u1: 1, i2: 2, i4: 4, i8: 8, f4: 4, f8: 8 } as const;

export function itemBytes(type: FieldSpec['type']): number {
  return ITEM_BYTES[type];
}

/** Reads `name:type` or `name:type*count` words. */
function fieldTable(text: string): ReadonlyMap<string, FieldSpec> {
  const table = new Map<string, FieldSpec>();
  let offset = 0;
  for (const word of text.trim().split(/\s+/)) {
    const [name = '', kind = ''] = word.split(':');
    const [typeText, countText = '1'] = kind.split('*');
    const type = typeText as FieldSpec['type'];
    const count = Number(countText);
    table.set(name, { name, type, count, offset });
    offset += count * ITEM_BYTES[type];
  }
  return table;
}

/** NIfTI-1: 348 bytes. */
export const NIFTI1_FIELDS = fieldTable(`
  sizeof_hdr:i4 data_type:S*10 db_name:S*18 extents:i4 session_error:i2 regular:S*1 dim_info:u1
  dim:i2*8 intent_p1:f4 intent_p2:f4 intent_p3:f4 intent_code:i2 datatype:i2 bitpix:i2 slice_start:i2
  pixdim:f4*8 vox_offset:f4 scl_slope:f4 scl_inter:f4 slice_end:i2 slice_code:u1 xyzt_units:u1
  cal_max:f4 cal_min:f4 slice_duration:f4 toffset:f4 glmax:i4 glmin:i4 descrip:S*80 aux_file:S*24
  qform_code:i2 sform_code:i2 quatern_b:f4 quatern_c:f4 quatern_d:f4 qoffset_x:f4 qoffset_y:f4
  qoffset_z:f4 srow_x:f4*4 srow_y:f4*4 srow_z:f4*4 intent_name:S*16 magic:S*4`);

/** NIfTI-2: 540 bytes. */
export const NIFTI2_FIELDS = fieldTable(`
  sizeof_hdr:i4 magic:S*4 eol_check:i1*4 datatype:i2 bitpix:i2 dim:i8*8 intent_p1:f8 intent_p2:f8
  intent_p3:f8 pixdim:f8*8 vox_offset:i8 scl_slope:f8 scl_inter:f8 cal_max:f8 cal_min:f8
  slice_duration:f8 toffset:f8 slice_start:i8 slice_end:i8 descrip:S*80 aux_file:S*24 qform_code:i4
  sform_code:i4 quatern_b:f8 quatern_c:f8 quatern_d:f8 qoffset_x:f8 qoffset_y:f8 qoffset_z:f8
  srow_x:f8*4 srow_y:f8*4 srow_z:f8*4 slice_code:i4 xyzt_units:i4 intent_code:i4 intent_name:S*16
  dim_info:u1 unused_str:S*15`);
