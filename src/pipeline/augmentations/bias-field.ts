import type { Zyx } from '../../volume/volume.ts';
import type { IntensityAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';
import { describeValues } from './moments.ts';

/**
 * Multiplies with exp(p), p a polynomial over the crop (each axis from −1 to 1) whose coefficients are uniform in
 * ± `strength` (Van Leemput et al., IEEE TMI 18, 1999; TorchIO's RandomBiasField). Intensities count from the crop's
 * minimum, which stands for air: after normalisation zero is no longer where the scanner had it.
 */
export const biasField: IntensityAugmentation<AugmentationSettings<'random_bias_field'>> = {
  kind: 'intensity',
  apply(values, { strength, order }, random, { shape }) {
    const coefficients = new Float64Array((order + 1) ** 3);
    for (let k = 0; k <= order; k++) {
      for (let j = 0; j <= order - k; j++) {
        for (let i = 0; i <= order - k - j; i++) {
          coefficients[(k * (order + 1) + j) * (order + 1) + i] = random.between(-strength, strength);
        }
      }
    }
    multiplyWithField(values, shape, coefficients, order, describeValues(values).minimum);
  },
};

/** values = minimum + (values − minimum) · exp(Σ c[k, j, i] zᵏ yʲ xⁱ), in place. */
export function multiplyWithField(
  values: Float32Array,
  [Z, Y, X]: Zyx,
  coefficients: Float64Array,
  order: number,
  minimum: number,
): void {
  const count = order + 1;
  const place = (i: number, size: number) => (size === 1 ? 0 : (2 * i) / (size - 1) - 1);
  const inPlane = new Float64Array(count * count);
  const inRow = new Float64Array(count);
  const columns = Float64Array.from({ length: X }, (_, x) => place(x, X));
  let at = 0;
  for (let z = 0; z < Z; z++) {
    fold(coefficients, place(z, Z), inPlane);
    for (let y = 0; y < Y; y++) {
      fold(inPlane, place(y, Y), inRow);
      for (let x = 0; x < X; x++, at++) {
        let power = inRow[order];
        for (let i = order - 1; i >= 0; i--) power = power * columns[x] + inRow[i];
        values[at] = minimum + (values[at] - minimum) * Math.exp(power);
      }
    }
  }
}

/** Puts a number in for a polynomial's first variable: Horner's scheme over rows of `result`'s length. */
function fold(coefficients: Float64Array, value: number, result: Float64Array): void {
  const width = result.length;
  result.fill(0);
  for (let row = coefficients.length / width - 1; row >= 0; row--) {
    for (let i = 0; i < width; i++) result[i] = result[i] * value + coefficients[row * width + i];
  }
}
