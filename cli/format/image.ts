/**
 * An image's name for display: without the digest when it has a tag, without the parts that everybody leaves out (docker.io/, library/).
 * What is no image name is shown as it is.
 */
export function familiarImage(image: string): string {
  const match = /^([^@]+?):([\w][\w.-]{0,127})(?:@[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,})?$/.exec(image)
  const [, name = "", tag = ""] = match ?? []
  if (match === null || !/^(?:[\w.:[\]-]+\/)?[a-z0-9._/-]+$/.test(name)) return image
  const familiar = name.replace(/^(?:index\.)?docker\.io\//, "").replace(/^library\/(?=[^/]+$)/, "")
  return `${familiar}:${tag}`
}

/** The image with ":latest" where it has neither tag nor digest, and in its familiar form; what is no image name stays as it is. */
export function taggedImage(image: string): string {
  if (image === "" || image.includes("@") || !/^[\w.:[\]-]+(\/[a-z0-9._-]+)*(:[\w][\w.-]*)?$/.test(image)) return image
  return familiarImage(/:[^/]+$/.test(image) ? image : `${image}:latest`)
}

/** An image's name in its familiar form without its digest, whether it has a tag or not. */
export function familiarName(image: string): string {
  const bare = image.replace(/@[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,}$/, "")
  if (/^[0-9a-f]{64}$/.test(bare) || !/^(?:[\w.:[\]-]+\/)?[a-z0-9._/-]+(?::[\w][\w.-]{0,127})?$/.test(bare))
    return image
  return bare.replace(/^(?:index\.)?docker\.io\//, "").replace(/^library\/(?=[^/]+$)/, "")
}
