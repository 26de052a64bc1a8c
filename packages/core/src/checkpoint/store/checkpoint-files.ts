/** The files that every checkpoint has next to its manifest. */
export const parametersName = 'parameters.safetensors';
export const stateName = 'state.safetensors';
