// Writes every CCTV vector as one JSON line: its name and its bytes (base64), nothing judged here.
import * as vectors from "cctv-age";

for (const [name, bytes] of Object.entries(vectors)) {
  process.stdout.write(JSON.stringify({ name, file: Buffer.from(bytes).toString("base64") }) + "\n");
}
