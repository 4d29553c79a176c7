export const COMPILED: string;
export function compileKernels(): Promise<string>;
