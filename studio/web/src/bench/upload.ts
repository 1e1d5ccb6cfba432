// A photograph on its way from the phone to the bench: made readable where the browser can, sent with progress, sent again when the link breaks.
import { keyed } from "../ui/key";

export interface Progress { share: number; again: number } // of what is sent; how often it began anew

export class Unreadable extends Error {
  constructor(message: string, readonly help: string) { super(message); }
}
/** What the server refuses. */
export class Refused extends Error {
  constructor(readonly status: number, message: string, readonly help: string) { super(message); }
}

const most = 40 * 2 ** 20; // bytes; as the server has it

async function begins(file: Blob): Promise<string> {
  return String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()));
}

/** The photograph as the bench can read it. Phones send HEIC by default: a browser that can show it makes a JPEG of it. */
export async function readable(file: Blob): Promise<Blob> {
  const head = await begins(file);
  if (head.startsWith("\x89PNG") || head.startsWith("\xff\xd8\xff") || head.startsWith("II*\0") || head.startsWith("MM\0*") || head.startsWith("P5")) {
    if (file.size > most) throw new Unreadable("The photograph has more than 40 MB.", "Photograph with fewer pixels.");
    return file;
  }
  try {
    const picture = await createImageBitmap(file);
    const canvas = document.createElement("canvas");
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d")!.drawImage(picture, 0, 0);
    picture.close();
    const jpeg = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.95));
    if (jpeg) return jpeg;
  } catch { /* it cannot show it either */ }
  if (head.slice(4, 8) === "ftyp")
    throw new Unreadable("This photograph is HEIC, which cannot be read here.", "Set the phone to JPEG. iPhone: Settings, Camera, Formats, Most Compatible. Android: in the settings of the camera, picture format JPEG.");
  throw new Unreadable("This is no photograph that can be read.", "Take a JPEG, PNG or TIFF.");
}

function once(address: string, photo: Blob, told: (share: number) => void, stop: AbortSignal): Promise<{ again: boolean }> {
  return new Promise((done, failed) => {
    const x = new XMLHttpRequest(); // fetch tells no progress of what is sent
    x.open("POST", address);
    x.setRequestHeader("Content-Type", "application/octet-stream");
    for (const [name, value] of Object.entries(keyed())) x.setRequestHeader(name, value);
    x.upload.onprogress = (e) => { if (e.lengthComputable) told(e.loaded / e.total); };
    x.onload = () => {
      if (x.status === 200) return done(JSON.parse(x.responseText) as { again: boolean });
      let error = { message: `the server answers ${x.status}`, help: "" };
      try { error = (JSON.parse(x.responseText) as { error: typeof error }).error; } catch { /* not of ours */ }
      failed(new Refused(x.status, error.message, error.help));
    };
    x.onerror = () => failed(new Refused(0, "the link is broken", ""));
    stop.addEventListener("abort", () => { x.abort(); failed(new DOMException("", "AbortError")); }, { once: true });
    x.send(photo);
  });
}

/** Sends it until it has come. The server takes the same photograph for the same card once, so an answer that was lost does no harm. */
export async function upload(id: string, turn: string, photo: Blob, told: (p: Progress) => void, stop: AbortSignal): Promise<void> {
  const address = `/api/bench/photo?${new URLSearchParams({ id, turn })}`;
  for (let again = 0; ; again++) {
    told({ share: 0, again });
    try {
      await once(address, photo, (share) => told({ share, again }), stop);
      return;
    } catch (e) {
      if (!(e instanceof Refused) || e.status !== 0 && e.status < 502) throw e;
    }
    await new Promise<void>((done, failed) => {
      const t = setTimeout(done, Math.min(500 * 2 ** again, 10_000));
      addEventListener("online", () => { clearTimeout(t); done(); }, { once: true });
      stop.addEventListener("abort", () => { clearTimeout(t); failed(new DOMException("", "AbortError")); }, { once: true });
    });
  }
}
