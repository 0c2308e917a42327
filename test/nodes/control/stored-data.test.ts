import { describe, expect, test } from "vitest"
import { service, World } from "./world.ts"

const base64 = (bytes: number): string => Buffer.alloc(bytes).toString("base64")
const file = { Name: "f", UID: "0", GID: "0", Mode: 292 }
const invalid = (text: string) => ({ status: 400, message: `rpc error: code = InvalidArgument desc = ${text}` })

/** The same contract for both kinds of stored data. */
describe.each([
  { kind: "secret", table: "secrets", limit: 500 * 1024, shown: undefined },
  { kind: "config", table: "configs", limit: 1000 * 1024, shown: "eA==" },
] as const)("$kind", ({ kind, table, limit, shown }) => {
  const create = (Name: string, Data: string) => ({ op: `${kind}.create`, spec: { Name, Data } }) as const
  const made = () => {
    const world = new World()
    const id = world.get<{ ID: string }>(create("s1", "eA==")).ID
    return { world, id, version: world.store.get(table, id)?.Version.Index ?? 0 }
  }

  test("shows its data only if it is no secret", () => {
    const { world, id } = made()
    const inspected = world.get<{ Spec: { Data?: string } }>({ op: `${kind}.inspect`, name: "s1" })
    const [listed] = world.get<ReadonlyArray<typeof inspected>>({ op: `${kind}.list`, filters: {} })
    expect([inspected.Spec.Data, listed?.Spec.Data]).toEqual([shown, shown])
    expect(world.store.get(table, id)?.Spec.Data).toBe("eA==")
  })

  const badName =
    "invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]"

  test.each<[string, string, string, { status: number; message: string }]>([
    ["without a name", "", "eA==", invalid("name must be provided")],
    ["with a blank in its name", "bad name!", "eA==", invalid(badName)],
    ["with a name of 65 characters", "a".repeat(65), "eA==", invalid(badName)],
    ["with a name that begins with a dot", ".a", "eA==", invalid(badName)],
    ["without data", "s9", "", invalid(`${kind} data must be larger than 0 and less than ${limit} bytes`)],
    [
      "of the greatest size",
      "s9",
      base64(limit),
      invalid(`${kind} data must be larger than 0 and less than ${limit} bytes`),
    ],
    ["that is not base 64", "s9", "!!", { status: 400, message: "illegal base64 data at input byte 0" }],
    ["whose base 64 is cut short", "s9", "YWI", { status: 400, message: "illegal base64 data at input byte 3" }],
    [
      "whose name is taken",
      "s1",
      "eA==",
      { status: 409, message: `rpc error: code = AlreadyExists desc = ${kind} s1 already exists` },
    ],
  ])("is not made %s", (_, name, data, refusal) => {
    expect(made().world.refusal(create(name, data))).toMatchObject(refusal)
  })

  test("may be one byte below the greatest size", () => {
    expect(made().world.get(create("s9", base64(limit - 1)))).toMatchObject({ ID: expect.any(String) })
  })

  test("changes its labels and nothing else", () => {
    const { world, id, version } = made()
    const update = (Name: string, Data: string | undefined, version: number) =>
      ({
        op: `${kind}.update`,
        name: "s1",
        version,
        spec: { Name, Labels: { n: "1" }, ...(Data && { Data }) },
      }) as const
    expect(world.refusal(update("s1", "eHg=", version))).toMatchObject(invalid("only updates to Labels are allowed"))
    expect(world.refusal(update("s2", undefined, version))).toMatchObject(invalid("only updates to Labels are allowed"))
    expect(world.refusal(update("s1", undefined, version + 1))).toMatchObject({
      status: 500,
      message: "rpc error: code = Unknown desc = update out of sequence",
    })
    world.get(update("s1", "eA==", version))
    expect(world.store.get(table, id)?.Spec).toEqual({ Name: "s1", Labels: { n: "1" }, Data: "eA==" })
  })

  test("cannot be removed while services use it, which are named", () => {
    const { world, id } = made()
    const use = (name: string) =>
      service(name, {
        TaskTemplate: {
          ContainerSpec:
            kind === "secret"
              ? { Image: "nginx", Secrets: [{ SecretID: id, SecretName: "s1", File: file }] }
              : { Image: "nginx", Configs: [{ ConfigID: id, ConfigName: "s1", File: file }] },
        },
      })
    const remove = { op: `${kind}.remove`, name: "s1" } as const
    world.createService(use("a"))
    expect(world.refusal(remove)).toMatchObject(invalid(`${kind} 's1' is in use by the following service: a`))
    world.createService(use("b"))
    expect(world.refusal(remove)).toMatchObject(invalid(`${kind} 's1' is in use by the following services: a, b`))
    for (const name of ["a", "b"]) world.get({ op: "service.remove", name })
    world.get(remove)
    expect(world.refusal(remove)).toMatchObject({ status: 404, message: `${kind} s1 not found` })
  })
})

test("a secret of a driver is refused, as there are no such drivers", () => {
  const world = new World()
  const create = (Name: string) => ({ op: "secret.create", spec: { Name: "s", Driver: { Name } } }) as const
  expect(world.refusal(create("vault"))).toMatchObject({ message: 'plugin "vault" not found' })
  expect(world.refusal(create(""))).toMatchObject(invalid("secret driver must have a name"))
})
