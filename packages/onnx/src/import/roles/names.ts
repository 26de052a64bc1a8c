/**
 * What a tensor's name says, where its use does not decide: `generated` by an exporter or graph optimizer, for a number
 * in code; `learned`: as frameworks name parameters; `statistics`: as they name running means and variances.
 */
export type NameKind = 'generated' | 'learned' | 'statistics' | 'unknown';

export function kindOfName(name: string): NameKind {
  if (/(running|moving)_(mean|var(iance)?)/i.test(name)) return 'statistics';
  if (generated.some((pattern) => pattern.test(name))) return 'generated';
  return learned.some((pattern) => pattern.test(name)) ? 'learned' : 'unknown';
}

const generated: readonly RegExp[] = [
  // PyTorch, before and since torch.export; ONNX Runtime.
  /^(onnx::|val_\d|_val_|scalar_tensor|\/)|\/Constant|_output_\d+$/,
  /^\d+$/,
  /^c?_?lifted_tensor/,
  /(^|_)(min|max|exp|default|cst|scalar)(_\d+)?$/,
  /^_?(add|arange|bitwise_\w+|cat|clamp|clone|cos|detach|div|expand|fill|full|getitem|index|mul|neg|ones|outer|permute|pow|repeat|reshape|rsub|select|sin|slice|split|squeeze|stack|sub|t|to|_to_copy|transpose|tril|triu|unsqueeze|view|where|zeros)(_(like|copy))?(_\d+)?$/,
  // Paddle: p2o.helper.constant.12.
  /\.const(ant)?[._]?\d*$/i,
  // TensorFlow: the operands of an operator in code.
  /\/(x|y|add|sub)(:\d+)?$/,
  /(^|[/_])const(ant)?([_/:\d]|$)/i,
];

const learned: readonly RegExp[] = [
  /(^|[./_])(weight|bias|kernel|gamma|beta|alpha|tau|gate|slope|temperature|logit_scale|layer_?scale|(cls|class|mask|dist)_?token|pos(ition)?_?embed\w*)(_\d+)?(:\d+)?$/i,
  /ReadVariableOp/,
  // A path of modules.
  /^[\w-]+(\.[\w-]+)+$/,
];
