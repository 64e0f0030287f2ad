/**
 * Text of a float as CPython's `float.__repr__` writes it: the shortest digits that read back as the
 * same double (the digits JavaScript finds too), positional for decimal exponents -4 to 15, scientific
 * with a sign and at least two exponent digits outside. Source: CPython `Python/pystrtod.c`,
 * `format_float_short` with code 'r'.
 *
 * @returns `nan`, `inf` and `-inf` for the values that are not finite
 */
export function pythonFloatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + unsignedText(Math.abs(value));
}

function unsignedText(value: number): string {
  if (value === 0) return '0.0';
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) return scientificText(digits, exponent);
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function scientificText(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
}
