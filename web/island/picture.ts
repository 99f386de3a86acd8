// Pictures chosen, pasted or dropped into the composer, drawn small beside the
// field for their words.

const side = 320;

/** Draws what a file field holds in place of its button. */
export async function preview(field: HTMLInputElement): Promise<void> {
  const place = field.closest("li");
  const label = field.closest("label");
  const file = field.files?.[0];
  label?.querySelector("canvas")?.remove();
  place?.classList.toggle("filled", file !== undefined);
  if (file === undefined || label === null) {
    return;
  }
  label.prepend(await draw(file));
  place?.querySelector("textarea")?.focus();
}

/** A square drawing of the middle of a picture; an empty one if it cannot be read. */
async function draw(file: File): Promise<HTMLCanvasElement> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  try {
    const picture = await createImageBitmap(file);
    const scale = side / Math.min(picture.width, picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    canvas.getContext("2d")?.drawImage(picture, (side - width) / 2, (side - height) / 2, width, height);
    picture.close();
  } catch {
    // The home will say what is wrong with it.
  }
  return canvas;
}

/** Puts pictures into the empty places of a form; reports whether there were any. */
export function receive(form: HTMLFormElement, files: FileList | undefined): boolean {
  const pictures = [...(files ?? [])].filter((file) => file.type.startsWith("image/"));
  const places = [...form.querySelectorAll<HTMLInputElement>("input[type=file]")].filter((place) => place.files?.length === 0);
  for (const [i, place] of places.entries()) {
    const picture = pictures[i];
    if (picture === undefined) {
      break;
    }
    const one = new DataTransfer();
    one.items.add(picture);
    place.files = one.files;
    void preview(place);
  }
  return pictures.length > 0;
}
