const dotsPerInch = 300;

/** Offers a figure as a file of publication quality. @param drawn as SVG */
export async function saveFigure(title: string, drawn: string, format: 'svg' | 'png', inches: number): Promise<void> {
  const svg = new Blob([drawn], { type: 'image/svg+xml' });
  const file = format === 'svg' ? svg : await pngOf(svg, inches);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${title.replaceAll(/[^\w.-]+/g, '-')}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function pngOf(svg: Blob, inches: number): Promise<Blob> {
  const image = new Image();
  image.src = URL.createObjectURL(svg);
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(inches * dotsPerInch);
  canvas.height = Math.round((canvas.width * image.height) / image.width);
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve, reject) => {
    canvas.toBlob((png) => (png === null ? reject(new Error('The picture is too large.')) : resolve(png)), 'image/png');
  });
}
