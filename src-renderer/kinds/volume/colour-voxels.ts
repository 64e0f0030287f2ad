/** Corners of a slice, from 0 to 1. */
const VERTEX = `#version 300 es
layout(location = 0) in vec3 vPos;
out vec2 inSlice;
void main() {
  inSlice = vPos.xy;
  gl_Position = vec4(2.0 * vPos.xy - 1.0, 0.0, 1.0);
}`;

/**
 * The colour of a voxel: where its value lies between black and white, and what the map has there. What is
 * above black has at least the map's second colour. The first row of the map's texture is for negative
 * values, the second one is this map.
 */
const FRAGMENT = `#version 300 es
precision highp int;
precision highp float;
uniform highp sampler3D intensityVol;
uniform highp sampler2D colormap;
uniform mat4 mtx;
uniform float coordZ;
uniform float cal_min;
uniform float cal_max;
uniform float scl_slope;
uniform float scl_inter;
uniform float opacity;
in vec2 inSlice;
out vec4 colour;
void main() {
  vec4 voxel = vec4(inSlice, coordZ, 1.0) * mtx;
  float value = scl_slope * texture(intensityVol, voxel.xyz).r + scl_inter;
  float black = min(cal_min, cal_max);
  float place = (value - black) / max(0.00001, abs(cal_max - cal_min));
  if (value > black) place = max(place, 2.0 / 256.0);
  colour = texture(colormap, vec2(place, 1.5 / float(textureSize(colormap, 0).y)));
  colour.a *= opacity;
}`;

const UNIFORMS = ['intensityVol', 'colormap', 'mtx', 'coordZ', 'cal_min', 'cal_max', 'scl_slope', 'scl_inter', 'opacity'] as const;

/** What NiiVue calls a shader. */
export interface VoxelShader {
  readonly program: WebGLProgram;
  readonly uniforms: Record<string, WebGLUniformLocation | null>;
  use(gl: WebGL2RenderingContext): void;
}

/**
 * Colours the voxels of one volume of float32, every one of them whenever its window changes. NiiVue's own shader
 * gives the same colours and can also lay volumes over one another, which takes it twice as long where the graphics
 * are software.
 *
 * @throws Error in the words of the graphics
 */
export function voxelShader(gl: WebGL2RenderingContext): VoxelShader {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) throw new Error(`The graphics of this machine refuse the colours: ${gl.getProgramInfoLog(program) ?? ''}`);
  return { program, uniforms: Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)])), use: (to) => to.useProgram(program) };
}
