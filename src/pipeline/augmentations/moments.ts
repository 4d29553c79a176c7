/** Mean, standard deviation and range of a crop's channel. */
export function describeValues(values: Float32Array) {
  let sum = 0;
  let squares = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  // Taking the first value off keeps the one-pass variance exact for images with a large offset.
  const origin = values[0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const distance = value - origin;
    sum += distance;
    squares += distance * distance;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  const mean = sum / values.length;
  return {
    mean: origin + mean,
    deviation: Math.sqrt(Math.max(squares / values.length - mean * mean, 0)),
    minimum,
    maximum,
  };
}
