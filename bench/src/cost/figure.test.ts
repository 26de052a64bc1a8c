import { expect } from 'chai';
import { costFigure } from './figure.js';

it('costFigure draws both libraries over the sizes, with their units', () => {
  const points = [1e3, 1e5, 1e7].map((parameters) => ({
    parameters,
    batch: 64,
    forge: parameters / 2e4,
    torch: parameters / 1e4,
    mode: 'PyTorch fused',
  }));
  const svg = costFigure(points, ({ parameters }) => parameters, 'parameters');
  for (const text of ['parameters, log scale', 'ms a step, log scale', 'Forge, onnx', 'PyTorch, fastest mode']) {
    expect(svg).to.include(`>${text}<`);
  }
  const [forge, torch] = [...svg.matchAll(/<path d="M([\d.]+),([\d.]+)L[^"]*" fill="none"/g)].map(([, , y]) =>
    Number(y),
  );
  expect(forge, 'less time is lower').to.be.greaterThan(torch!);
});
