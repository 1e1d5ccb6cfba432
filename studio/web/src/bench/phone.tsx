// The way in for a phone: an address with a token of its own, as a code to be photographed.
import { useState } from "preact/hooks";
import { post } from "../ui/api";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Fault } from "../ui/fault";

interface Way { address: string; svg: string; warning: string }

export function Phone() {
  const [open, setOpen] = useState(false), [way, setWay] = useState<Way>(), [fault, setFault] = useState<unknown>();
  const ask = () => {
    setOpen(true); setWay(undefined); setFault(undefined);
    post<Way>("/api/phone", { at: location.hash }).then(setWay, setFault);
  };
  return <>
    <Button onClick={ask}>Use a phone…</Button>
    <Dialog title="Let a phone in" open={open} onClose={() => setOpen(false)}>
      {fault !== undefined && <Fault of={fault} />}
      {way && <div class="bench-phone">
        <img src={`data:image/svg+xml,${encodeURIComponent(way.svg)}`} alt="Code with the address for the phone" />
        <p>Photograph this with the phone; it opens this page there, once. The phone must be in the same network.</p>
        <p class="small soft">Take care: {way.warning}.</p>
      </div>}
    </Dialog>
  </>;
}
