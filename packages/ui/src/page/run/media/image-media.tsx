import { printableText } from '@forge-ml/core/text';
import { useSignal } from '@preact/signals';
import type { MediaItem } from '../../../protocol/run-view.js';
import { useSource } from '../../source/use-source.js';

/** CSS pixels that a small image is enlarged to, by a whole number, so that its pixels stay squares. */
const enlargedTo = 360;

/** A logged image; the one before stays until the next is there. */
export function ImageMedia({
  id,
  item: { file, split, name, step },
}: {
  readonly id: string;
  readonly item: MediaItem;
}) {
  const source = useSource();
  const width = useSignal<number | undefined>(undefined);
  const isBroken = useSignal<string | undefined>(undefined);
  const loaded = ({ currentTarget }: { readonly currentTarget: HTMLImageElement }) => {
    const { naturalWidth } = currentTarget;
    width.value = naturalWidth * Math.max(1, Math.floor(enlargedTo / naturalWidth));
    isBroken.value = undefined;
  };
  const about = `${printableText(`${split}.${name}`)} at step ${step}`;
  return (
    <>
      <img
        src={source.mediaUrl(id, file)}
        alt={about}
        loading="lazy"
        decoding="async"
        style={width.value === undefined ? {} : { width: `${width.value}px` }}
        onLoad={loaded}
        onError={() => {
          isBroken.value = file;
        }}
      />
      {isBroken.value === file && <p class="muted">The image cannot be read: {printableText(file)}.</p>}
    </>
  );
}
