import type { Model } from '@forge-ml/onnx';

export interface RoleOfTensor {
  readonly role: string;
  readonly trainable: boolean;
}

/** Roles that are no weights. */
const constant: RoleOfTensor = { role: 'constant', trainable: false };

/** The role of each floating tensor of a model that was read, by its name in the file. */
export function rolesOf(model: Model): (name: string) => RoleOfTensor {
  const { roles } = model as { readonly roles?: ReadonlyMap<string, string> };
  return (name) => {
    const parameter = model.parameters.get(name);
    if (parameter === undefined) return constant;
    const { trainable } = parameter;
    return { role: roles?.get(name) ?? (trainable ? 'weight' : 'statistics'), trainable };
  };
}

/**
 * A guess for files that cannot be read: larger floating tensors are weights. A single number is not.
 */
export function guessedRole(numbers: number): RoleOfTensor {
  return numbers > 1 ? { role: 'weight', trainable: true } : constant;
}
