export type { Csr, DType, Frame, Input, Method, Output, OutputTensor, Scalar, Tensor } from "./data.ts";
export { isMethod, METHODS } from "./data.ts";
export { EstimatorError, type EstimatorErrorCode } from "./error.ts";
export { loadBoosterFile, loadModel, type NativeModel } from "./load.ts";
