/** So many sweeps bring any matrix of this size to machine precision; a dozen is usual. */
const maxSweeps = 30;
const negligible = 1e-15;

/**
 * Eigenvalues of a symmetric matrix, given by its rows, largest first. Cyclic Jacobi rotations: Golub and Van Loan, "Matrix
 * Computations", section 8.5. For the small matrices of a passage; larger than some dozens of rows it is slow.
 */
export const symmetricEigenvalues = (matrix: readonly (readonly number[])[]): number[] => {
  const a = matrix.map((row) => Float64Array.from(row));
  const at = (row: number, column: number): number => a[row]?.[column] ?? 0;
  const put = (row: number, column: number, value: number): void => {
    const values = a[row];
    if (values) values[column] = value;
  };
  const rotate = (p: number, q: number): void => {
    const theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
    const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
    const cosine = 1 / Math.hypot(tangent, 1);
    const sine = tangent * cosine;
    for (let k = 0; k < a.length; k++) {
      const [left, right] = [at(k, p), at(k, q)];
      put(k, p, cosine * left - sine * right);
      put(k, q, sine * left + cosine * right);
    }
    for (let k = 0; k < a.length; k++) {
      const [upper, lower] = [at(p, k), at(q, k)];
      put(p, k, cosine * upper - sine * lower);
      put(q, k, sine * upper + cosine * lower);
    }
  };
  const scale = a.reduce((sum, row) => sum + row.reduce((total, value) => total + Math.abs(value), 0), 0);
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    let rotated = false;
    for (let p = 0; p < a.length; p++) {
      for (let q = p + 1; q < a.length; q++) {
        if (Math.abs(at(p, q)) <= negligible * scale) continue;
        rotate(p, q);
        rotated = true;
      }
    }
    if (!rotated) break;
  }
  return a.map((_, index) => at(index, index)).sort((left, right) => right - left);
};
