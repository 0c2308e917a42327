import * as Result from "effect/Result"
import type { Answer } from "../../core/errors.ts"
import { ServiceSpec } from "../../core/model/service.ts"
import { decodeWith } from "./decode.ts"
import { inTurn, type Json, objectAt, withEach, withMember, withWord } from "./words.ts"

const decode = decodeWith(ServiceSpec)

/**
 * The spec in a body. Words that must be one of a few are looked at first, to refuse them as Docker does; what Go would read as a zero
 * value because it is missing is put in. Source: moby daemon/cluster/convert.
 */
export const decodeServiceSpec = (body: unknown): Answer<ServiceSpec> =>
  Result.flatMap(completed(objectAt(body)), decode)

const completed = (body: Json): Answer<Json> =>
  inTurn(
    { Name: "", ...body, TaskTemplate: objectAt(body, "TaskTemplate") },
    (spec) => withMember(spec, "TaskTemplate", taskTemplate),
    (spec) => withMember(spec, "UpdateConfig", updateConfig),
    (spec) => withMember(spec, "RollbackConfig", updateConfig),
    (spec) => withMember(spec, "EndpointSpec", endpointSpec),
  )

const taskTemplate = (task: Json): Answer<Json> =>
  inTurn(
    task,
    (one) => withMember(one, "ContainerSpec", containerSpec),
    (one) => withMember(one, "RestartPolicy", restartPolicy),
    (one) => withMember(one, "Placement", placement),
  )

const containerSpec = (container: Json): Answer<Json> =>
  inTurn(
    container,
    (one) => withEach(one, "Mounts", mount),
    (one) => withEach(one, "Secrets", (reference) => fileReference({ SecretID: "", SecretName: "", ...reference })),
    (one) => withEach(one, "Configs", (reference) => fileReference({ ConfigID: "", ConfigName: "", ...reference })),
    (one) => withEach(one, "Ulimits", (ulimit) => Result.succeed({ Name: "", Soft: 0, Hard: 0, ...ulimit })),
  )

const fileReference = (reference: Json): Answer<Json> =>
  withMember(reference, "File", (file) => Result.succeed({ Name: "", UID: "", GID: "", Mode: 0, ...file }))

const mountTypes = ["bind", "volume", "tmpfs", "npipe", "cluster", "image"]
const propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"]

const mount = (one: Json): Answer<Json> =>
  inTurn(
    one,
    (given) =>
      withWord(given, {
        key: "Type",
        words: mountTypes,
        anyCase: true,
        refusal: (word) => `invalid MountType: "${word}"`,
      }),
    (given) =>
      withMember(given, "BindOptions", (options) =>
        withWord(options, {
          key: "Propagation",
          words: propagations,
          anyCase: true,
          refusal: (word) => `invalid MountPropagation: "${word}"`,
        }),
      ),
  )

const restartPolicy = (policy: Json): Answer<Json> =>
  withWord(policy, {
    key: "Condition",
    words: ["none", "on-failure", "any"],
    refusal: (word) => `invalid RestartCondition: "${word}"`,
  })

const placement = (one: Json): Answer<Json> =>
  withEach(one, "Preferences", (preference) =>
    withMember(preference, "Spread", (spread) => Result.succeed({ SpreadDescriptor: "", ...spread })),
  )

const updateConfig = (config: Json): Answer<Json> =>
  inTurn(
    { Parallelism: 0, ...config },
    (one) =>
      withWord(one, {
        key: "FailureAction",
        words: ["pause", "continue", "rollback"],
        refusal: (word) => `unrecognized update failure action ${word}`,
      }),
    (one) =>
      withWord(one, {
        key: "Order",
        words: ["stop-first", "start-first"],
        refusal: (word) => `unrecognized update order ${word}`,
      }),
  )

const endpointSpec = (spec: Json): Answer<Json> =>
  inTurn(
    spec,
    (one) =>
      withWord(one, {
        key: "Mode",
        words: ["vip", "dnsrr"],
        refusal: (word) => `invalid resolution mode: "${word}"`,
      }),
    (one) => withEach(one, "Ports", port),
  )

/** Unknown protocols and publish modes are taken for the usual ones, as by the engine. */
const port = (one: Json): Answer<Json> =>
  inTurn(
    one,
    (given) => withWord(given, { key: "Protocol", words: ["tcp", "udp", "sctp"], anyCase: true }),
    (given) => withWord(given, { key: "PublishMode", words: ["ingress", "host"], anyCase: true }),
  )
