import { ForgeError } from '@forge-ml/core/plugin';
import { conv } from '@forge-ml/onnx/ops';
import { type Activation, activate } from './activations.js';
import { glorotUniform, type Initializer, zeros } from './initializers.js';
import { type Layer, makeLayer, type NamedOptions } from './layer.js';
import { checkLayerOptions } from './layer-options.js';
import { knownSize, requireWhole } from './sizes.js';
import { type Padding, type PerDimension, windowOf } from './windows.js';

export interface ConvOptions extends NamedOptions {
  /** 1 by default. */
  readonly stride?: PerDimension;
  /** 1 by default. */
  readonly dilation?: PerDimension;
  /** Channels are split into this many groups, each with its own filters; 1 by default. */
  readonly groups?: number;
  /** `valid` by default. */
  readonly padding?: Padding;
  readonly activation?: Activation;
  /** true by default. */
  readonly bias?: boolean;
  /** glorotUniform by default, as in Keras. */
  readonly kernelInitializer?: Initializer;
  /** zeros by default. */
  readonly biasInitializer?: Initializer;
}

const convOptions = [
  'stride',
  'dilation',
  'groups',
  'padding',
  'activation',
  'bias',
  'kernelInitializer',
  'biasInitializer',
];

/** Convolution over [batch, channels, width]; kernel [filters, channels / groups, size]. */
export function conv1d(filters: number, kernelSize: PerDimension, options: ConvOptions = {}): Layer {
  checkLayerOptions('conv1d', options, convOptions);
  return convolution('conv1d', 1, () => filters, kernelSize, options);
}

/** Convolution over [batch, channels, height, width]; kernel [filters, channels / groups, height, width]. */
export function conv2d(filters: number, kernelSize: PerDimension, options: ConvOptions = {}): Layer {
  checkLayerOptions('conv2d', options, convOptions);
  return convolution('conv2d', 2, () => filters, kernelSize, options);
}

export interface DepthwiseOptions extends Omit<ConvOptions, 'groups'> {
  /** Filters for each channel; 1 by default. */
  readonly multiplier?: number;
}

/** Each channel of [batch, channels, height, width] convolved with its own filters. */
export function depthwiseConv2d(kernelSize: PerDimension, options: DepthwiseOptions = {}): Layer {
  const known = [...convOptions.filter((name) => name !== 'groups'), 'multiplier'];
  checkLayerOptions('depthwiseConv2d', options, known);
  const { multiplier = 1 } = options;
  requireWhole('depthwise_conv2d', 'multiplier', multiplier);
  return convolution('depthwise_conv2d', 2, (channels) => channels * multiplier, kernelSize, options, 'each');
}

function convolution(
  kind: string,
  rank: 1 | 2,
  filtersFor: (channels: number) => number,
  kernel: PerDimension,
  options: ConvOptions,
  grouping?: 'each',
): Layer {
  const { stride = 1, dilation = 1, padding = 'valid', activation = 'linear', bias = true } = options;
  const { kernelInitializer = glorotUniform, biasInitializer = zeros } = options;
  return makeLayer(kind, options, (x, context) => {
    const window = windowOf(kind, rank, x, { kernel, stride, dilation, padding });
    const channels = knownSize(kind, x, 1);
    const filters = filtersFor(channels);
    const group = grouping === 'each' ? channels : (options.groups ?? 1);
    requireWhole(kind, 'filters', filters);
    requireWhole(kind, 'groups', group);
    if (channels % group !== 0 || filters % group !== 0) {
      throw new ForgeError(
        'MODEL_INVALID',
        `${kind}: ${group} groups do not divide ${channels} channels and ${filters} filters.`,
        { about: kind },
      );
    }
    const field = window.kernel.reduce((product, size) => product * size, 1);
    const weights = context.parameter('kernel', [filters, channels / group, ...window.kernel], kernelInitializer, {
      fanIn: field * (channels / group),
      fanOut: field * (filters / group),
    });
    const offset = bias ? context.parameter('bias', [filters], biasInitializer) : undefined;
    const { strides, dilations, pads } = window;
    return activate(kind, activation, conv(x, weights, offset, { strides, dilations, pads, group }));
  });
}
