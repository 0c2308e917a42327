/** The path of an image: slashes of its name are part of it. */
export const imagePath = (name: string, rest = ""): string =>
  `/images/${name.split("/").map(encodeURIComponent).join("/")}${rest}`
