// The engine of this page.
import { Engine } from "../engine/engine";
import { Remote } from "../engine/remote";
import { edit } from "./draft";

class Draft extends Engine {
  override edit(text: string, set: [string, string][], remove: string[] = []) { return Promise.resolve(edit(text, set, remove)); }
}
export function pageEngine(): Promise<Engine> { return Promise.resolve(new Draft(new Remote())); }
