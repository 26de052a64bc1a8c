/** The files that every checkpoint has beside its manifest. */
export const parametersName = 'parameters.safetensors';
export const stateName = 'state.safetensors';
