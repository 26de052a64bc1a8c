export { addWindows } from './conv/add-windows';
export { copyLines } from './conv/copy-lines';
export { fillOffsets } from './matmul/fill-offsets';
export { multiply } from './matmul/multiply';
export { packColumns } from './matmul/pack-columns';
export { product } from './matmul/product';
export { maxPoolGradient } from './max-pool/max-pool-gradient';
export { sumRows } from './reduce/sum-rows';
