// What every page has once, whatever view is open: messages, questions, the list of keys.
import { Announcements } from "./announce";
import { Questions } from "./dialog";
import { KeyHelp } from "./keys";

export function Hosts() { return <><Announcements /><Questions /><KeyHelp /></>; }
