/** The cosine of the angle between two vectors, over the members both have; 0 for a vector without length. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const length = Math.min(a.length, b.length);
  let dot = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let i = 0; i < length; i += 1) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    lengthA += x * x;
    lengthB += y * y;
  }
  return lengthA === 0 || lengthB === 0 ? 0 : dot / (Math.sqrt(lengthA) * Math.sqrt(lengthB));
}

/** A vector of length 1 with non-finite members set to 0 (reference agent/models.md §11). */
export function unitVector(values: ArrayLike<number>): Float32Array {
  const vector = Float32Array.from(values, (value) => (Number.isFinite(value) ? value : 0));
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}
