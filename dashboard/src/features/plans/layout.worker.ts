/** Works out the places beside the page, which stays usable meanwhile. */
import { placesOf } from "./layout";
import type { Shape } from "./shape";

self.onmessage = ({ data }: MessageEvent<Shape>) => self.postMessage(placesOf(data));
