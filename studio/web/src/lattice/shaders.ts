// What the graphics card does. Node n is texel n of `nodes` (place, from the middle of the network) and of `moves` (displacement; its turn is
// texel n + twist). Element e is texel e of `elements` (its nodes, and how it is drawn: 0 straight, 1 a beam, 2 an angle) and of `values`
// (value and width).
const common = `
precision highp float;
precision highp int;
precision highp sampler2D;
uniform sampler2D nodes, moves, elements, values, map;
uniform vec3 right, up, toward, target, ground, plain;
uniform vec2 size, widths;
uniform float scale, deep, magnify, low, high, halo, coloured, dotSize, twist;
vec4 texel(sampler2D t, int i) { return texelFetch(t, ivec2(i & 1023, i >> 10), 0); }
vec3 built(int n) { return texel(nodes, n).xyz; }
vec3 moved(int n) { return built(n) + magnify * texel(moves, n).xyz; }
vec2 pixels(vec3 p) { p -= target; return scale * vec2(dot(p, right), dot(p, up)); }
vec4 place(vec2 q, vec3 p, float nearer) { return vec4(2.0 * q / size, -0.98 * dot(p - target, toward) / deep - nearer, 1.0); }
`;

/** Corners come by their number: no instances, which some drivers draw one by one. `position` is the element or node that a corner belongs to. */
export const bondVertex = `${common}
in float position;
out vec3 colour;
out float side;
out float inner;
vec3 turned(vec3 v, vec3 by) {
  float a = length(by);
  if (a < 1e-9) return v;
  vec3 k = by / a;
  return v * cos(a) + cross(k, v) * sin(a) + k * dot(k, v) * (1.0 - cos(a));
}
vec3 along(vec4 el, float t) {
  int a = int(el.x), b = int(el.y);
  vec3 p = moved(a), q = moved(b);
  if (el.w == 1.0) {
    vec3 d = built(b) - built(a);
    vec3 s = turned(d, magnify * texel(moves, a + int(twist)).xyz), e = turned(d, magnify * texel(moves, b + int(twist)).xyz);
    float t2 = t * t, t3 = t2 * t;
    return (2.0 * t3 - 3.0 * t2 + 1.0) * p + (t3 - 2.0 * t2 + t) * s + (3.0 * t2 - 2.0 * t3) * q + (t3 - t2) * e;
  }
  if (el.w == 2.0) {
    vec3 r = moved(int(el.z)), m = q;
    vec3 x = 0.3 * (p - m), y = 0.3 * (r - m), c = 0.75 * (x + y);
    return m + (1.0 - t) * (1.0 - t) * x + 2.0 * t * (1.0 - t) * c + t * t * y;
  }
  return mix(p, q, t);
}
void main() {
  int e = int(position + 0.5), c = gl_VertexID % (CORNERS);
  vec4 el = texel(elements, e), v = texel(values, e);
#if CORNERS == 2
  float t = float(c);
#else
  int k = c % 6;
  float t = (float(c / 6) + (k == 1 || k == 3 || k == 4 ? 1.0 : 0.0)) * 6.0 / float(CORNERS), y = k == 2 || k == 4 || k == 5 ? 1.0 : -1.0;
#endif
  vec3 p = along(el, t);
  vec2 q = pixels(p);
#if CORNERS > 2
  vec2 d = pixels(along(el, min(t + 0.03, 1.0))) - pixels(along(el, max(t - 0.03, 0.0)));
  float l = length(d), w = 0.5 * mix(widths.x, widths.y, clamp(v.y, 0.0, 1.0));
  if (el.w == 2.0) w = min(w, 1.5);
  side = y * (w + halo);
  inner = w;
  q += l > 0.0 ? side * vec2(-d.y, d.x) / l : vec2(0.0);
#else
  side = inner = 0.0;
#endif
  float f = (v.x - low) / (high - low);
  colour = coloured < 0.5 || isnan(v.x) ? plain : texelFetch(map, ivec2(int(clamp(f, 0.0, 1.0) * 255.0 + 0.5), 0), 0).rgb;
  gl_Position = place(q, p, 0.0);
}`;

export const bondFragment = `
precision highp float;
uniform vec3 ground;
in vec3 colour;
in float side;
in float inner;
out vec4 shown;
void main() { shown = vec4(abs(side) > inner + 0.01 ? ground : colour, 1.0); }`;

export const nodeVertex = `${common}
in float position;
out vec2 corner;
out float radius;
void main() {
  vec3 p = moved(int(position + 0.5));
  int k = gl_VertexID % 6;
  radius = dotSize + 1.0;
  corner = radius * vec2(k == 1 || k == 3 || k == 4 ? 1.0 : -1.0, k == 2 || k == 4 || k == 5 ? 1.0 : -1.0);
  gl_Position = place(pixels(p) + corner, p, 0.0005);
}`;

export const nodeFragment = `
precision highp float;
uniform vec3 ground, plain;
in vec2 corner;
in float radius;
out vec4 shown;
void main() {
  float r = length(corner);
  if (r > radius) discard;
  shown = vec4(r > radius - 1.0 ? ground : plain, 1.0);
}`;
