// What was read of a photograph, to be looked at closely: a tap or Enter zooms in, and the picture moves under the finger.
import { useState } from "preact/hooks";
import { alone } from "../ui/api";
import { Button } from "../ui/controls";

export function Overlay({ id, turn }: { id: string; turn: string }) {
  const [zoom, setZoom] = useState(1), [bad, setBad] = useState(false);
  const address = alone("/api/bench/picture", { id, turn });
  if (bad) return <p class="small soft">The picture of what was read could not be loaded.</p>;
  return <figure class="bench-overlay">
    <div class="frame" tabIndex={0} role="group" aria-label="What was read; arrows move it">
      <img src={address} alt="The photograph with every mark that was found, its number, and how far it has moved" class={`zoom${zoom}`}
        onClick={() => setZoom(zoom === 4 ? 1 : 2 * zoom)} onError={() => setBad(true)} />
    </div>
    <figcaption class="row">
      <Button label="Smaller" disabled={zoom === 1} onClick={() => setZoom(zoom / 2)}>−</Button>
      <span class="small">{zoom} ×</span>
      <Button label="Larger" disabled={zoom === 4} onClick={() => setZoom(2 * zoom)}>+</Button>
      <a class="small push" href={`${address}&full=1`} target="_blank" rel="noopener">Full size</a>
    </figcaption>
  </figure>;
}
